"""The law's rates as cases: what is due, by which article, how well that is known, and on the days around each change.

Amounts, articles and days stand here as the law has them (docs/sources.md, section 3); nothing is read from the files.
"""

from typing import Final, NamedTuple

import pytest

from chalicelib.definitions.model import Status
from chalicelib.fees.model import Channel, RowRef, Used
from tests.support.fee_cases import CA_MAU, DONG_NAI, HANOI, HCMC, At, Said, due, only, packaged, row

NOW: Final = At("2026-11-22")
ONLINE: Final = At("2026-11-22", "online")
IN_2025: Final = At("2025-03-03")
L2: Final[Said] = {"citizen": True, "identity_level": 2, "five_papers": True}
DIGITAL: Final = "NQ 66.22/2026/NQ-CP"
CIVIL: Final = "Luật Hộ tịch 60/2014/QH13"


class Basis(NamedTuple):
    """What a line rests on last: part of the document's name, the article, how well it is known."""

    document: str
    article: str
    status: Status


TARIFF: Final = "Biểu mức thu"
HOTICH_FREE = Basis(CIVIL, "Điều 11 khoản 1 điểm b", "confirmed")
HOTICH_GROUP = Basis(CIVIL, "Điều 11 khoản 1 điểm a", "confirmed")
EXTRACT = Basis("TT 281/2016/TT-BTC", "Điều 4 khoản 4", "confirmed")
NATIONALITY = Basis("TT 281/2016/TT-BTC", "Mức thu lệ phí quốc tịch, phí xác nhận", "confirmed")
LLTP_OLD = Basis("TT 244/2016/TT-BTC", "Mức thu phí", "confirmed")
LLTP_FREE = Basis("TT 244/2016/TT-BTC", "Điều 5", "confirmed")
LLTP_NEW = Basis("TT 16/2025/TT-BTC", "Mức thu phí", "single_source")
CARD = Basis("TT 73/2024/TT-BTC", "Điều 4", "single_source")
PASSPORT_OLD = Basis("TT 25/2021/TT-BTC", TARIFF, "confirmed")
PASSPORT_NEW = Basis("TT 28/2026/TT-BTC", "Biểu mức thu", "single_source")
PASSPORT_90 = Basis("TT 63/2023/TT-BTC", "Điều 4 khoản 3", "confirmed")
HALF = Basis("TT 64/2025/TT-BTC", "Mức thu bằng 50%", "single_source")
RESIDENCE = Basis("TT 75/2022/TT-BTC", TARIFF, "confirmed")
LICENCE = Basis("TT 37/2023/TT-BTC", "Điều 3 khoản 2", "confirmed")
LICENCE_NEW = Basis("TT 154/2025/TT-BTC", TARIFF, "single_source")
VEHICLE = Basis("TT 60/2023/TT-BTC", TARIFF, "confirmed")
VEHICLE_NEW = Basis("TT 155/2025/TT-BTC", TARIFF, "single_source")
CERTIFIED = Basis("TT 226/2016/TT-BTC", "Mức thu phí chứng thực", "confirmed")
SECURED = Basis("TT 61/2023/TT-BTC", TARIFF, "single_source")
ANNEX_2 = Basis(DIGITAL, "Phụ lục II", "single_source")
ANNEX_3 = Basis(DIGITAL, "Phụ lục III", "single_source")

FIRST: Final[Said] = {"vehicle_case": "first"}
MOTO: Final[Said] = {**FIRST, "vehicle_group": "motorcycle"}
RATES: Final = [
    # Hộ tịch (sources.md §3.3)
    ("1.000894", NOW, {"domestic": True}, 0, HOTICH_FREE),
    ("1.004837", NOW, {"domestic": True}, 0, HOTICH_FREE),
    ("1.001193", NOW, {"on_time": True}, 0, HOTICH_FREE),
    ("1.000656", NOW, {"on_time": True}, 0, HOTICH_FREE),
    ("2.000986", NOW, {"on_time": True}, 0, HOTICH_FREE),
    ("1.004873", NOW, {"merit_family": True}, 0, HOTICH_GROUP),
    ("1.004873", NOW, {"poor_household": True}, 0, HOTICH_GROUP),
    ("1.004873", NOW, {"disabled": True}, 0, HOTICH_GROUP),
    ("2.000635", NOW, {"copies": 1}, 8_000, EXTRACT),
    ("2.000635", NOW, {"copies": 5}, 40_000, EXTRACT),
    ("2.000635", NOW, {"copies": 10}, 80_000, EXTRACT),
    ("2.002039", NOW, {"nationality_case": "nhap"}, 3_000_000, NATIONALITY),
    ("2.002038", NOW, {"nationality_case": "tro_lai"}, 2_500_000, NATIONALITY),
    ("2.002036", NOW, {"nationality_case": "thoi"}, 2_500_000, NATIONALITY),
    ("2.001895", NOW, {"nationality_case": "xac_nhan"}, 100_000, NATIONALITY),
    ("2.001895", NOW, {"nationality_case": "goc"}, 100_000, NATIONALITY),
    ("2.001263", NOW, {}, 400_000, Basis("Cổng dịch vụ công quốc gia", "Mục phí, lệ phí", "single_source")),
    # Lý lịch tư pháp (§3.4)
    ("3.000333", At("2024-12-31"), {"copies": 1}, 200_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"copies": 2}, 200_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"copies": 3}, 205_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"copies": 4}, 210_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"copies": 4, "student": True}, 110_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"student": True}, 100_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"merit_person": True}, 100_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"martyr_relative": True}, 100_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"age": 60}, 0, LLTP_FREE),
    ("3.000333", At("2024-12-31"), {"age": 59}, 200_000, LLTP_OLD),
    ("3.000333", At("2024-12-31"), {"disabled": True}, 0, LLTP_FREE),
    ("3.000333", At("2024-12-31"), {"poor_household": True}, 0, LLTP_FREE),
    ("3.000333", At("2024-12-31"), {"hard_area": True}, 0, LLTP_FREE),
    ("3.000333", NOW, {"copies": 2}, 200_000, LLTP_NEW),
    ("3.000330", NOW, {}, 200_000, LLTP_NEW),
    ("3.000333", NOW, {"student": True}, 100_000, LLTP_NEW),
    ("3.000333", NOW, {"pupil": True, "age": 16}, 100_000, LLTP_NEW),
    ("3.000333", NOW, {"merit_person": True}, 100_000, LLTP_NEW),
    ("3.000333", NOW, {"martyr_relative": True}, 100_000, LLTP_NEW),
    # Bộ Công an (§3.5)
    ("2.001194", IN_2025, {"card_case": "first"}, 0, CARD),
    ("2.001194", IN_2025, {"card_case": "convert"}, 30_000, CARD),
    ("2.001194", IN_2025, {"card_case": "change"}, 50_000, CARD),
    ("2.001194", IN_2025, {"card_case": "reissue"}, 70_000, CARD),
    ("2.001194", NOW, {"card_case": "convert"}, 15_000, HALF),
    ("2.001194", NOW, {"card_case": "change"}, 25_000, HALF),
    ("2.001194", NOW, {"card_case": "reissue"}, 35_000, HALF),
    ("1.001456", IN_2025, {"travel_paper": "passport_new"}, 200_000, PASSPORT_OLD),
    ("1.001456", IN_2025, {"travel_paper": "passport_lost"}, 400_000, PASSPORT_OLD),
    ("1.001456", At("2025-03-03", "online"), {"travel_paper": "passport_new"}, 180_000, PASSPORT_90),
    ("1.001456", At("2025-03-03", "online"), {"travel_paper": "passport_lost"}, 360_000, PASSPORT_90),
    ("1.001456", NOW, {"travel_paper": "passport_new"}, 100_000, HALF),
    ("1.001456", NOW, {"travel_paper": "passport_lost"}, 200_000, HALF),
    ("1.001456", At("2027-01-01"), {"travel_paper": "passport_new"}, 200_000, PASSPORT_NEW),
    ("1.001456", At("2027-01-01"), {"travel_paper": "passport_lost"}, 400_000, PASSPORT_NEW),
    ("1.004222", NOW, {}, 20_000, RESIDENCE),
    ("1.004222", ONLINE, {}, 10_000, RESIDENCE),
    ("1.004194", NOW, {}, 15_000, RESIDENCE),
    ("1.004194", ONLINE, {}, 7_000, RESIDENCE),
    ("1.002755", NOW, {}, 15_000, RESIDENCE),
    ("1.002755", ONLINE, {}, 7_000, RESIDENCE),
    ("1.004194", NOW, {"people": 12}, 120_000, RESIDENCE),
    ("1.004194", ONLINE, {"people": 12}, 60_000, RESIDENCE),
    ("1.010038", NOW, {}, 10_000, RESIDENCE),
    ("1.010038", ONLINE, {}, 5_000, RESIDENCE),
    ("3.000347", IN_2025, {}, 135_000, LICENCE),
    ("3.000347", At("2025-03-03", "online"), {}, 115_000, LICENCE),
    ("3.000347", NOW, {}, 135_000, LICENCE_NEW),
    ("3.000346", ONLINE, {}, 135_000, LICENCE_NEW),
    # Đăng ký xe (§3.5)
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_9", "fee_area": "I"}, 20_000_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_9", "fee_area": "II"}, 1_000_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_9", "fee_area": "III"}, 200_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_other", "fee_area": "I"}, 500_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_other", "fee_area": "II"}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "car_other", "fee_area": "III"}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "trailer", "fee_area": "I"}, 200_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "trailer", "fee_area": "II"}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**FIRST, "vehicle_group": "trailer", "fee_area": "III"}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "I", "vehicle_value": 15_000_000}, 1_000_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "I", "vehicle_value": 15_000_001}, 2_000_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "I", "vehicle_value": 40_000_000}, 2_000_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "I", "vehicle_value": 40_000_001}, 4_000_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "II", "vehicle_value": 15_000_000}, 200_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "II", "vehicle_value": 40_000_000}, 400_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "II", "vehicle_value": 40_000_001}, 800_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "III", "vehicle_value": 15_000_000}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "III", "vehicle_value": 40_000_000}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {**MOTO, "fee_area": "III", "vehicle_value": 90_000_000}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {"vehicle_case": "change_with_plate", "vehicle_group": "car_9"}, 150_000, VEHICLE),
    ("1.013079", IN_2025, {"vehicle_case": "change_with_plate", "vehicle_group": "motorcycle"}, 100_000, VEHICLE),
    ("1.013079", IN_2025, {"vehicle_case": "change_paper"}, 50_000, VEHICLE),
    ("1.013079", IN_2025, {"vehicle_case": "plate", "vehicle_group": "car_other"}, 100_000, VEHICLE),
    ("1.013079", IN_2025, {"vehicle_case": "plate", "vehicle_group": "motorcycle"}, 50_000, VEHICLE),
    ("1.013086", IN_2025, {"vehicle_case": "temporary_paper"}, 50_000, VEHICLE),
    ("1.013086", IN_2025, {"vehicle_case": "temporary_metal"}, 150_000, VEHICLE),
    ("1.013079", NOW, {**FIRST, "vehicle_group": "car_9", "fee_area": "I"}, 14_000_000, VEHICLE_NEW),
    ("1.013079", NOW, {**FIRST, "vehicle_group": "car_9", "fee_area": "II"}, 140_000, VEHICLE_NEW),
    # Chứng thực (§3.7)
    ("2.000815", NOW, {"pages": 1}, 2_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 2}, 4_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 3}, 5_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 10, "certified_copies": 3}, 36_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 197}, 199_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 198}, 200_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 199}, 200_000, CERTIFIED),
    ("2.000815", NOW, {"pages": 900, "certified_copies": 2}, 400_000, CERTIFIED),
    ("2.000884", NOW, {}, 10_000, CERTIFIED),
    ("2.001035", NOW, {}, 50_000, CERTIFIED),
    ("2.000913", NOW, {}, 30_000, CERTIFIED),
    ("2.000927", NOW, {}, 25_000, CERTIFIED),
    # Giao dịch bảo đảm, trước bạ (§3.6)
    ("1.011435", NOW, {"secured_item": "80000"}, 80_000, SECURED),
    ("1.011436", NOW, {"secured_item": "60000"}, 60_000, SECURED),
    ("1.011437", NOW, {"secured_item": "30000"}, 30_000, SECURED),
    ("1.011438", NOW, {"secured_item": "20000"}, 20_000, SECURED),
    ("1.011440", NOW, {"secured_item": "copy"}, 25_000, SECURED),
    ("1.011435", ONLINE, {**L2, "secured_item": "80000"}, 40_000, ANNEX_3),
    ("1.011436", ONLINE, {**L2, "secured_item": "60000"}, 30_000, ANNEX_3),
    ("1.011437", ONLINE, {**L2, "secured_item": "30000"}, 15_000, ANNEX_3),
    ("1.011438", ONLINE, {**L2, "secured_item": "20000"}, 10_000, ANNEX_3),
    ("1.011440", ONLINE, {**L2, "secured_item": "copy"}, 12_500, ANNEX_3),
    ("1.007277", NOW, {"taxed_property": "house_land", "taxable_value": 2_000_000_000}, 10_000_000, ANNEX_3),
    # NQ 66.22/2026 (§3.6)
    ("1.013079", ONLINE, {**L2, "vehicle_on_vneid": True, "vehicle_case": "change_paper"}, 0, ANNEX_2),
    ("1.013080", ONLINE, {**L2, "vehicle_on_vneid": True, "vehicle_case": "plate"}, 0, ANNEX_2),
    ("1.013086", ONLINE, {**L2, "vehicle_on_vneid": True, "vehicle_case": "temporary_paper"}, 0, ANNEX_2),
    *[(f"3.0003{n}", ONLINE, {**L2, "licence_on_vneid": True}, 0, ANNEX_2) for n in (47, 48, 49, 50, 51)],
    ("2.001194", ONLINE, {**L2, "card_case": "change"}, 0, ANNEX_2),
    ("2.001194", ONLINE, {**L2, "card_case": "reissue"}, 0, ANNEX_2),
    *[(code, ONLINE, L2, 0, ANNEX_2) for code in ("1.004222", "1.004194", "1.002755", "1.010038")],
    ("1.001456", ONLINE, {**L2, "passport_on_vneid": True, "travel_paper": "passport_new"}, 0, ANNEX_2),
    ("1.001456", ONLINE, {**L2, "passport_on_vneid": True, "travel_paper": "abtc"}, 0, ANNEX_2),
    ("3.000333", ONLINE, {**L2, "record_on_vneid": True}, 0, ANNEX_2),
    ("3.000330", ONLINE, {**L2, "record_on_vneid": True}, 0, ANNEX_2),
    ("2.000635", ONLINE, {**L2, "copies": 3}, 0, ANNEX_2),
    ("1.004772", ONLINE, L2, 0, ANNEX_2),
    ("1.004746", ONLINE, {**L2, "marriage_on_vneid": True}, 0, ANNEX_2),
    ("1.004873", ONLINE, {**L2, "marriage_on_vneid": True}, 0, ANNEX_2),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "at", "said", "amount", "basis"), RATES)
def test_each_rate_is_as_its_article_says(procedure: str, at: At, said: Said, amount: int, basis: Basis) -> None:
    pricing = due(procedure, at, said)
    rests_on = row(_due_line(procedure, at, said)[-1]).basis
    assert (pricing.state.status, pricing.state.amount) == ("amount" if amount else "zero", amount)
    assert basis.document in rests_on.document
    assert (rests_on.article, rests_on.status) == (basis.article, basis.status)


def _due_line(procedure: str, at: At, said: Said) -> tuple[RowRef, ...]:
    return only(due(procedure, at, said)).rows


UNKNOWN: Final = [
    # What provinces set, and nobody found
    ("1.004873", NOW, {}, ("ho-tich", "other-matters")),
    ("1.001022", NOW, {}, ("ho-tich", "other-matters")),
    ("1.004859", NOW, {}, ("ho-tich", "other-matters")),
    ("1.004884", NOW, {}, ("ho-tich", "other-matters")),
    ("1.001193", NOW, {"on_time": False}, ("ho-tich", "born-died-late")),
    ("1.000894", NOW, {"domestic": False}, ("ho-tich", "married-guarded-abroad")),
    ("1.001612", NOW, {}, ("ho-kinh-doanh", "founding")),
    ("2.000908", NOW, {}, ("ban-sao-so-goc", "copy")),
    ("3.000465", NOW, {}, ("ban-sao-van-bang", "copy")),
    ("3.000466", ONLINE, {**L2, "diploma_on_vneid": True}, ("nq-66-22-2026", "diploma")),
    ("2.002850", NOW, {}, ("ban-sao-van-bang", "copy")),
    # What was not read, is unreadable, or from memory
    ("3.000333", NOW, {"copies": 3}, ("ly-lich-tu-phap", "tt16-from-third")),
    ("3.000333", NOW, {"age": 15}, ("ly-lich-tu-phap", "tt16-child")),
    ("3.000333", NOW, {"age": 60}, ("ly-lich-tu-phap", "tt16-elder")),
    ("3.000333", NOW, {"disabled": True}, ("ly-lich-tu-phap", "tt16-disabled")),
    ("3.000333", NOW, {"poor_household": True}, ("ly-lich-tu-phap", "tt16-poor")),
    ("3.000333", NOW, {"hard_area": True}, ("ly-lich-tu-phap", "tt16-hard-area")),
    ("3.000333", At("2024-12-31"), {"age": 15}, ("ly-lich-tu-phap", "tt244-child")),
    ("3.000333", IN_2025, {"pupil": True, "age": 16}, ("ly-lich-tu-phap", "tt16-pupil-2025")),
    ("2.001194", At("2024-12-31"), {"card_case": "change"}, ("can-cuoc", "until-end-of-2024")),
    ("1.001456", NOW, {"travel_paper": "laissez_passer"}, ("ho-chieu", "laissez-passer")),
    ("1.001456", NOW, {"travel_paper": "abtc"}, ("ho-chieu", "abtc")),
    ("1.013079", NOW, {"vehicle_case": "change_paper"}, ("dang-ky-xe", "tt155-change")),
    ("1.013086", NOW, {"vehicle_case": "temporary_paper"}, ("dang-ky-xe", "tt155-temporary")),
    ("1.013079", NOW, {**MOTO, "fee_area": "I"}, ("dang-ky-xe", "tt155-first-others")),
    ("1.013079", NOW, {**FIRST, "vehicle_group": "car_9", "fee_area": "III"}, ("dang-ky-xe", "tt155-no-area-iii")),
    ("2.001199", NOW, {}, ("doanh-nghiep", "founding")),
    ("2.001199", ONLINE, {}, ("doanh-nghiep", "founding-online")),
    ("2.001199", NOW, {}, ("tt-64-2025", "half-enterprise")),
    ("1.007277", NOW, {"taxed_property": "car"}, ("truoc-ba", "car")),
    ("1.007700", NOW, {"taxed_property": "motorcycle"}, ("truoc-ba", "motorcycle")),
    ("1.001456", At("2022-06-30"), {"travel_paper": "passport_new"}, ("tt-120-2021", "reduced")),
    ("1.001456", At("2023-12-31"), {"travel_paper": "passport_new"}, ("tt-44-2023", "reduced")),
    ("1.001456", At("2024-12-31"), {"travel_paper": "passport_new"}, ("tt-43-2024", "reduced")),
    ("2.001199", At("2021-03-01"), {}, ("tt-112-2020", "reduced")),
    ("2.001199", At("2021-09-01"), {}, ("tt-47-2021", "reduced")),
    # Provinces whose resolution was not found
    ("1.004873", At("2026-11-22", "online", "86"), {}, ("vinh-long", "online")),
    ("1.004873", At("2026-11-22", "online", "48"), {}, ("da-nang", "online")),
    ("1.004873", At("2026-11-22", "online", "51"), {}, ("quang-ngai-kon-tum", "online")),
    ("1.004873", At("2026-11-22", "online", "25"), {}, ("phu-tho-vinh-phuc", "online")),
    ("1.004873", At("2026-11-22", "online", "31"), {}, ("hai-phong", "online")),
    ("1.004873", At("2026-11-22", "online", CA_MAU), {}, ("cac-tinh-khac", "online")),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "at", "said", "named"), UNKNOWN)
def test_what_nobody_verified_is_unknown_and_names_the_rate(
    procedure: str, at: At, said: Said, named: tuple[str, str]
) -> None:
    pricing = due(procedure, at, said)
    assert (pricing.state.status, pricing.state.amount) == ("unknown", None)
    named_rates = {each.row: each.name for each in pricing.missing if each.what == "rate"}
    assert RowRef(*named) in named_rates
    assert named_rates[RowRef(*named)]


ZERO, LOST = ("zero", 0), ("unknown", None)


def of(amount: int) -> tuple[str, int]:
    return ("amount", amount)


NEW = {"travel_paper": "passport_new"}
SWAP = {"card_case": "change"}
CAR = {**FIRST, "vehicle_group": "car_9", "fee_area": "I"}
BOUNDARIES: Final = [
    # TT 244/2016: from 01/01/2017; TT 16/2025 follows with the same level
    ("3.000333", "counter", CA_MAU, {}, [("2016-12-31", LOST), ("2017-01-01", of(200_000))]),
    ("3.000333", "counter", CA_MAU, {"copies": 3}, [
        ("2024-12-30", of(205_000)), ("2024-12-31", of(205_000)), ("2025-01-01", LOST),
    ]),
    ("3.000333", "counter", CA_MAU, {"pupil": True, "age": 17}, [("2025-12-31", LOST), ("2026-01-01", of(100_000))]),
    # Hộ tịch: until Luật 03/2026/QH16 on 01/03/2027
    ("1.000894", "counter", CA_MAU, {"domestic": True}, [
        ("2016-12-31", LOST), ("2017-01-01", ZERO), ("2027-02-28", ZERO), ("2027-03-01", LOST),
    ]),
    # TT 73/2024 and the halving of TT 64/2025
    ("2.001194", "counter", CA_MAU, SWAP, [
        ("2024-10-20", LOST), ("2024-10-21", LOST), ("2024-12-31", LOST), ("2025-01-01", of(50_000)),
        ("2025-06-30", of(50_000)), ("2025-07-01", of(25_000)), ("2026-12-31", of(25_000)), ("2027-01-01", of(50_000)),
    ]),
    ("1.001456", "counter", CA_MAU, NEW, [
        ("2025-06-30", of(200_000)), ("2025-07-01", of(100_000)), ("2026-12-31", of(100_000)),
        ("2027-01-01", of(200_000)),
    ]),
    # Passport online at 90%, 01/01/2024 to 31/12/2025
    ("1.001456", "online", CA_MAU, NEW, [
        ("2024-01-01", of(180_000)), ("2025-06-30", of(180_000)), ("2025-12-31", ("needs_review", 100_000)),
        ("2026-01-01", of(100_000)),
    ]),
    ("1.001456", "online", CA_MAU, NEW, [
        ("2022-12-31", of(200_000)), ("2023-06-30", of(200_000)), ("2023-07-01", LOST), ("2023-12-31", LOST),
    ]),
    # TT 75/2022 from 05/02/2023
    ("1.004222", "online", CA_MAU, {}, [("2023-02-04", LOST), ("2023-02-05", of(10_000))]),
    # Driving licence online, 01/12/2023 to 31/12/2025
    ("3.000347", "online", CA_MAU, {}, [
        ("2023-11-30", LOST), ("2023-12-01", of(115_000)), ("2025-12-31", of(115_000)), ("2026-01-01", of(135_000)),
    ]),
    # TT 60/2023, 22/10/2023 to 31/12/2025, then TT 155/2025
    ("1.013079", "counter", CA_MAU, CAR, [
        ("2023-10-21", LOST), ("2023-10-22", of(20_000_000)), ("2025-12-31", of(20_000_000)),
        ("2026-01-01", of(14_000_000)),
    ]),
    # NQ 66.22/2026, 15/08/2026 to 28/02/2027
    ("2.000635", "online", CA_MAU, {**L2, "copies": 2}, [
        ("2026-08-14", of(16_000)), ("2026-08-15", ZERO), ("2027-02-28", ZERO), ("2027-03-01", of(16_000)),
    ]),
    ("1.011440", "online", CA_MAU, {**L2, "secured_item": "copy"}, [
        ("2026-08-14", of(25_000)), ("2026-08-15", of(12_500)), ("2027-02-28", of(12_500)),
        ("2027-03-01", of(25_000)),
    ]),
    # Hà Nội: NQ 07/2023 to 31/12/2025, NQ 77/2025 from 01/01/2026
    ("1.004873", "online", HANOI, {}, [
        ("2025-12-30", ZERO), ("2025-12-31", ZERO), ("2026-01-01", ZERO), ("2026-01-02", ZERO),
    ]),
    ("2.000635", "online", HANOI, {}, [("2025-12-31", of(8_000)), ("2026-01-01", ZERO)]),
    # TP.HCM: 29/05/2024; after the merger unknown for the former territory; NQ 411 from 29/09/2025 everywhere in it
    ("1.004873", "online", HCMC, {}, [
        ("2024-05-28", LOST), ("2024-05-29", ZERO), ("2025-06-30", ZERO), ("2025-07-01", LOST), ("2025-09-28", LOST),
        ("2025-09-29", ZERO), ("2025-12-31", ZERO), ("2026-01-01", ZERO),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "channel", "province", "said", "days"), BOUNDARIES)
def test_an_amount_changes_on_the_law_s_day_and_no_other(
    procedure: str, channel: Channel, province: str, said: Said, days: list[tuple[str, tuple[str, int | None]]]
) -> None:
    found = [(on, due(procedure, At(on, channel, province), said).state) for on, _ in days]
    assert [(on, (state.status, state.amount)) for on, state in found] == days


@pytest.mark.parametrize(
    "lacking", [{"identity_level": 1}, {"five_papers": False}, {"citizen": False}, {"licence_on_vneid": False}]
)
def test_each_condition_of_the_digital_citizen_s_benefit_is_needed(lacking: Said) -> None:
    whole = {**L2, "licence_on_vneid": True}
    assert due("3.000347", ONLINE, whole).state.amount == 0
    assert due("3.000347", ONLINE, {**whole, **lacking}).state.amount == 135_000


@pytest.mark.parametrize("channel", ["assisted", "counter", "post"])
def test_the_digital_citizen_s_benefit_is_for_those_who_file_online(channel: Channel) -> None:
    assert due("3.000347", At("2026-11-22", channel), {**L2, "licence_on_vneid": True}).state.amount == 135_000


@pytest.mark.parametrize(
    ("procedure", "said", "paper", "otherwise"),
    [
        ("1.001456", {"travel_paper": "passport_new"}, "passport_on_vneid", ("amount", 100_000)),
        ("3.000333", {}, "record_on_vneid", ("amount", 200_000)),
        ("1.004746", {}, "marriage_on_vneid", ("unknown", None)),
        ("1.004873", {}, "marriage_on_vneid", ("unknown", None)),
        ("1.013079", {"vehicle_case": "plate"}, "vehicle_on_vneid", ("unknown", None)),
    ],
)
def test_the_paper_itself_has_to_be_integrated(
    procedure: str, said: Said, paper: str, otherwise: tuple[str, int | None]
) -> None:
    assert due(procedure, ONLINE, {**L2, **said, paper: True}).state.amount == 0
    without = due(procedure, ONLINE, {**L2, **said}).state
    assert (without.status, without.amount) == otherwise


def test_a_paper_of_which_nobody_knows_leaves_the_amount_open() -> None:
    open_ = due("3.000347", ONLINE, L2, without="licence_on_vneid")
    assert (open_.state.status, open_.state.low, open_.state.high) == ("unknown", 0, 135_000)
    assert [each.name for each in open_.missing] == ["licence_on_vneid"]


@pytest.mark.parametrize("group", ["merit_family", "poor_household", "disabled"])
def test_whether_the_exempt_of_the_civil_status_law_pay_for_an_extract_is_for_review(group: str) -> None:
    line = only(due("2.000635", NOW, {"copies": 1, group: True}))
    assert (line.status, line.amount, line.low, line.high) == ("needs_review", 8_000, 0, 8_000)
    (doubted,) = line.reviews
    assert row(doubted).basis.article == "Điều 11 khoản 1 điểm a, khoản 2; Điều 5"


def test_the_bank_s_charge_stands_beside_what_is_due_to_the_state() -> None:
    """200,000 đ are due and the bank takes 5,500 đ: cash at the counter is the cheaper way."""
    online = due("3.000333", ONLINE, {"bank_charge": 5_500})
    assert (online.state.amount, online.payable.amount) == (200_000, 205_500)
    (bank,) = (each for each in online.lines if each.line.name == "ngan_hang")
    assert (bank.line.kind, bank.amount) == ("third_party", 5_500)
    counter = due("3.000333", NOW, {"bank_charge": 5_500})
    assert (counter.state.amount, counter.payable.amount) == (200_000, 200_000)


@pytest.mark.parametrize(
    ("at", "payable"),
    [
        (At("2024-12-31", "counter", HANOI), None),
        (At("2025-01-01", "counter", HANOI), 26_000),
        (At("2026-11-22", "counter", HANOI), 26_000),
        (At("2026-11-22", "online", HANOI), 0),
        (At("2026-11-22", "counter", CA_MAU), None),
    ],
)
def test_a_return_by_post_is_a_price_and_hanoi_s_budget_pays_it_online(at: At, payable: int | None) -> None:
    pricing = due("1.000894", at, {"domestic": True, "returns_by_post": 1})
    assert (pricing.state.amount, pricing.payable.amount) == (0, payable)


@pytest.mark.parametrize("procedure", ["1.009999", "1.012753"])
def test_a_procedure_without_schedule_is_unknown_and_not_free(procedure: str) -> None:
    pricing = due(procedure, NOW)
    assert (pricing.state.status, pricing.state.amount) == ("unknown", None)
    assert [(each.what, each.name) for each in pricing.missing] == [("schedule", procedure)]


def test_hanoi_tells_what_it_does_not_charge_from_what_it_pays_itself() -> None:
    zeros = [only(due(code, At("2026-11-22", "online", HANOI))).zero for code in ("1.004873", "2.000635")]
    assert zeros == ["zero_rated", "subsidised"]


def test_hanoi_frees_the_certificate_and_not_the_appraisal() -> None:
    lines = {each.line.name: each for each in due("1.012783", At("2026-11-22", "online", HANOI)).lines}
    assert (lines["le_phi_gcn"].status, lines["phi_tham_dinh"].status) == ("zero", "unknown")


@pytest.mark.parametrize(
    ("channel", "status"), [("counter", "amount"), ("post", "amount"), ("assisted", "needs_review")]
)
def test_hanoi_s_resolution_is_not_for_the_counter_and_doubtful_with_help(channel: Channel, status: str) -> None:
    state = due("2.000635", At("2026-11-22", channel, HANOI)).state
    assert (state.status, state.amount) == (status, 8_000)


@pytest.mark.parametrize(("procedure", "status"), [("1.004873", "zero"), ("1.001612", "zero"), ("3.000333", "amount")])
def test_hcmc_frees_its_own_charges_online_and_no_ministry_s(procedure: str, status: str) -> None:
    assert due(procedure, At("2026-11-22", "online", HCMC)).state.status == status


@pytest.mark.parametrize(("holder", "amount"), [("individual", 25_000), ("organisation", 100_000)])
@pytest.mark.parametrize(
    ("on", "known"), [("2024-12-31", False), ("2025-01-01", True), ("2025-06-30", True), ("2025-07-01", False)]
)
def test_dong_nai_s_certificate_charge_is_known_until_the_merger(
    holder: str, amount: int, on: str, known: bool
) -> None:
    lines = {each.line.name: each for each in due("1.012783", At(on, "counter", DONG_NAI), {"holder": holder}).lines}
    assert lines["le_phi_gcn"].amount == (amount if known else None)


def test_how_long_dong_nai_frees_land_charges_online_is_unknown() -> None:
    pricing = due("1.012783", At("2025-06-30", "online", DONG_NAI), {"holder": "individual"})
    assert RowRef("dong-nai-nq-21-2024", "online") in {each.row for each in pricing.missing}


REGISTERED: Final[Said] = {"taxed_property": "house_land", "taxable_value": 2_000_000_000}


def test_the_registration_fee_s_cap_hangs_on_a_base_salary_nobody_verified() -> None:
    """10% off 10,000,000 đ, at most 5 × lương cơ sở: no amount is told before that is known."""
    pricing = due("1.007277", ONLINE, {**L2, **REGISTERED})
    assert (pricing.state.status, pricing.state.high) == ("unknown", 10_000_000)
    assert [each.row for each in pricing.missing] == [RowRef("nq-66-22-2026", "house-land")]


def test_the_registration_fee_is_reduced_once_a_year() -> None:
    once = {"nq-66-22-2026.truoc_ba": Used(1, 1_000_000)}
    again = due("1.007277", ONLINE, {**L2, **REGISTERED}, once).state
    assert (again.status, again.amount) == ("amount", 10_000_000)


def test_every_row_cites_a_section_of_the_sources_or_an_article() -> None:
    """And none that rests on memory passes for verified."""
    rows = [each for file in packaged().files.values() for each in file.rows]
    assert [each.id for each in rows if not each.basis.source.startswith("sources.md §3")] == ["copy"]
    assert [each.id for each in rows if "[M]" in each.basis.source and each.basis.status != "unverified"] == []
