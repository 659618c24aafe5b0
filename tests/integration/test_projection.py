"""A prefill through the app in a portal's own keys, and answers said in them."""

from typing import Any, Final

from chalicelib.kernel.canonical import JsonObject
from tests.support.service import AN, BINH, Answered, Service, order

KET_HON: Final = "formio-ket-hon"
CT01: Final = "formio-ct01"


def shown(service: Service, prefill: str, profile: str = KET_HON, **token: Any) -> Answered:  # noqa: ANN401 - as `token`
    path = f"/v1/prefills/{prefill}/projections/{profile}"
    return service.call("GET", path, token=service.token(**{"person": AN, **token}))


def opened(service: Service, answers: JsonObject, profile: str | None = KET_HON) -> Answered:
    body: JsonObject = order(AN, "groom") | {"answers": answers} | ({} if profile is None else {"profile": profile})
    return service.call("POST", "/v1/prefills", body, token=service.token(AN))


def residence(service: Service) -> str:
    body = {"procedure": "1.004222", "form": "ct01", "subjects": {"applicant": {"personal_id": AN}}}
    answer = service.call("POST", "/v1/prefills", body, token=service.token(AN, client="ubnd-demo"))
    return str(answer.body["id"])


def test_the_groom_stands_under_the_portals_keys_and_the_bride_says_why_not(service: Service) -> None:
    prefill = service.prefill()
    answer = shown(service, prefill.body["id"])

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    groom = answer.body["data"]["benNam"]
    assert (groom["hoTen"], groom["ngaySinh"], groom["giayTo"]["loai"]) == ("NGUYỄN VĂN AN", "17/05/1990", "CCCD")
    assert "benNu" not in answer.body["data"]
    assert answer.body["reasons"]["benNu.hoTen"]["detail"] == "no_subject"
    assert answer.body["origins"]["benNam.hoTen"] == "auto"
    assert "benNam.hoTen" in answer.body["locked"]
    told = {name: answer.body[name] for name in ("id", "revision", "status", "pending", "form")}
    assert told == {name: prefill.body[name] for name in told}
    assert shown(service, prefill.body["id"]).text == answer.text


def test_household_members_are_rows_of_a_grid(service: Service) -> None:
    answer = shown(service, residence(service), CT01, client="ubnd-demo")

    assert answer.status == 200
    assert answer.body["data"]["nguoiKeKhai"]["gioiTinh"] == "nam"
    rows = answer.body["data"]["thanhVien"]
    assert rows
    assert all(row["gioiTinh"] in {"nam", "nu"} and row["hoTen"] and row["soDinhDanh"] for row in rows)
    assert set(answer.body["unmapped"]) == {"/YKienChuHo", "/YKienChuSoHuu", "/YKienChaMe", "/YKienNguoiKeKhai"}


def test_an_unknown_profile_and_another_clients_are_refused_alike(service: Service) -> None:
    prefill = service.prefill().body["id"]
    for profile in ("none", CT01):
        refused = shown(service, prefill, profile)
        assert (refused.status, refused.body["code"]) == (422, "no_such_profile")
        assert [each["pointer"] for each in refused.body["errors"]] == ["/path/profile"]
        again = opened(service, {}, profile)
        assert (again.status, again.body["code"]) == (422, "no_such_profile")
        assert [each["pointer"] for each in again.body["errors"]] == ["/profile"]


def test_a_profile_of_another_form_says_so(service: Service) -> None:
    refused = shown(service, residence(service), KET_HON, client="ubnd-demo")
    assert (refused.status, refused.body["code"]) == (422, "profile_of_other_form")


def test_whose_prefill_it_is_comes_before_which_profile(service: Service) -> None:
    prefill = service.prefill().body["id"]
    for profile in (KET_HON, "none"):
        strange = shown(service, prefill, profile, person=BINH)
        assert (strange.status, strange.body["code"]) == (404, "not_found")


def test_answers_in_the_portals_keys_are_the_same_answers(service: Service) -> None:
    request: JsonObject = {"banSao": "co", "soBanSao": 2}
    theirs: JsonObject = {"benNam": {"lanKetHon": 1, "hoTen": ""}, "deNghi": request, "submit": True}
    ours: JsonObject = {"BenNam": {"LanKetHon": 1}, "CapBanSao": True, "SoLuong": 2}
    said, same = opened(service, theirs), opened(service, ours, None)

    assert (said.status, same.status) == (201, 201)
    assert {at: field.get("value") for at, field in said.fields.items()} == {
        at: field.get("value") for at, field in same.fields.items()
    }
    back = shown(service, said.body["id"]).body
    assert back["data"]["deNghi"] == request
    assert back["origins"]["deNghi.banSao"] == "manual"


WRONG: Final[tuple[tuple[JsonObject, str, str], ...]] = (
    ({"benNam": {"giayTo": {"loai": "cccd"}}}, "/answers/benNam/giayTo/loai", "not_allowed"),
    ({"benNam": {"ngaySinh": "31/02/1990"}}, "/answers/benNam/ngaySinh", "invalid_value"),
    ({"benNam": {"lanKetHon": 99}}, "/answers/benNam/lanKetHon", "out_of_range"),
    ({"benNu": {"noiCuTru": {"quocGia": "Việt Nam"}}}, "/answers/benNu/noiCuTru/quocGia", "pattern"),
)


def test_what_is_wrong_with_them_is_told_where_it_stands_in_the_portals_data(service: Service) -> None:
    for answers, pointer, code in WRONG:
        refused = opened(service, answers)
        assert (refused.status, refused.body["code"]) == (422, "invalid_answer")
        assert {(each["pointer"], each["code"]) for each in refused.body["errors"]} == {(pointer, code)}
