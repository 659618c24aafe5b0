"""A page in a real browser asks for a ticket, hashes the file, sends it straight to the store, and sees it move."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from chalicelib.kernel.ids import UploadId
from tests.support.service import AN, Service
from tests.support.wire import front

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BUILD = Path(__file__).parents[2] / "build"
NARROW = {"width": 390, "height": 844}


def a_photo() -> bytes:
    body = io.BytesIO()
    Image.effect_mandelbrot((640, 400), (-2.0, -1.0, 0.5, 1.0), 60).convert("RGB").save(body, "JPEG")
    return body.getvalue()


@contextmanager
def opened(service: Service, browser: "Browser", pages: str, more: str = "") -> Iterator["Page"]:
    with front(service) as port:
        page = browser.new_page(viewport=NARROW, locale="vi-VN")  # type: ignore[arg-type]
        try:
            page.goto(f"{pages}/upload.html?api=http://127.0.0.1:{port}{more}")
            yield page
        finally:
            page.close()


def send(service: Service, page: "Page", name: str, media_type: str, body: bytes) -> None:
    page.get_by_label("Mã truy cập").fill(service.token(AN))
    file = {"name": name, "mimeType": media_type, "buffer": body}
    page.get_by_label("Ảnh hoặc tệp của giấy tờ").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Tải lên").click()


def seen(page: "Page", state: str) -> str:
    """Wait until the page shows the state; return its words."""
    page.wait_for_selector(f"output[data-state={state}]", timeout=15_000)
    return page.get_by_role("status").inner_text()


def test_a_photo_sent_from_a_page_comes_into_the_warehouse(service: Service, browser: "Browser", pages: str) -> None:
    BUILD.mkdir(exist_ok=True)
    photo = a_photo()
    with opened(service, browser, pages) as page:
        send(service, page, "mặt trước.jpg", "image/jpeg", photo)
        assert seen(page, "received") == "Giấy tờ khác: Đã nhận tệp"
        upload = UploadId(page.get_by_role("status").get_attribute("data-upload") or "")
        service.services.warehouse.ingest.run(upload)
        assert seen(page, "available") == "Giấy tờ khác: Đã có trong kho"
        page.screenshot(path=str(BUILD / "upload-390.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert service.services.warehouse.files.kept(f"documents/{upload}/original") == photo


@pytest.mark.parametrize(("body", "words"), [(b"%PDF-1.7 nothing", "PDF"), (b"PK\x03\x04" + bytes(60), "nén")])
def test_a_page_says_in_vietnamese_why_a_file_was_not_taken(
    service: Service, browser: "Browser", pages: str, body: bytes, words: str
) -> None:
    with opened(service, browser, pages) as page:
        send(service, page, "giấy.pdf", "application/pdf", body)
        seen(page, "received")
        service.services.warehouse.ingest.run(UploadId(page.get_by_role("status").get_attribute("data-upload") or ""))
        said = seen(page, "rejected")
        assert said.startswith("Không được nhận.")
        assert words in said
        page.screenshot(path=str(BUILD / "upload-rejected-390.png"), full_page=True)


def test_a_page_says_before_sending_what_kinds_of_file_are_taken(
    service: Service, browser: "Browser", pages: str
) -> None:
    with opened(service, browser, pages) as page:
        send(service, page, "ảnh.heic", "image/heic", b"x")
        assert "JPEG, PNG hoặc PDF" in seen(page, "failed")
        send(service, page, "giấy.pdf", "application/pdf", b"")
        page.wait_for_function("document.getElementById('state').textContent.includes('rỗng')")
    assert service.services.warehouse.shelf.usage(AN).open == {}


def test_a_page_says_what_a_refused_request_means(service: Service, browser: "Browser", pages: str) -> None:
    with opened(service, browser, pages) as page:
        page.get_by_label("Loại giấy tờ").select_option("the-can-cuoc")
        page.get_by_label("Mã truy cập").fill("nonsense")
        file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"}
        page.get_by_label("Ảnh hoặc tệp của giấy tờ").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Tải lên").click()
        assert seen(page, "failed").startswith("Mã truy cập không được chấp nhận")


def test_a_page_speaks_english_to_who_asks_for_it(service: Service, browser: "Browser", pages: str) -> None:
    with opened(service, browser, pages) as page:
        page.get_by_role("button", name="English").click()
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_label("Access token").fill(service.token(AN))
        file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"}
        page.get_by_label("Photo or file of the document").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Upload").click()
        seen(page, "received")
        service.services.warehouse.ingest.run(UploadId(page.get_by_role("status").get_attribute("data-upload") or ""))
        assert "PDF" in seen(page, "rejected")
        assert page.get_by_role("button", name="Tiếng Việt").is_visible()
        page.screenshot(path=str(BUILD / "upload-en-390.png"), full_page=True)


def test_a_page_that_loses_the_net_after_sending_never_asks_to_send_again(
    service: Service, browser: "Browser", pages: str
) -> None:
    with opened(service, browser, pages) as page:
        page.route("**/completion", lambda route: route.abort())
        send(service, page, "mặt trước.jpg", "image/jpeg", a_photo())
        said = seen(page, "sent")
        assert "không cần gửi lại" in said
        assert "thử lại" not in said
        page.screenshot(path=str(BUILD / "upload-sent-390.png"), full_page=True)
    service.pump.settle()
    assert service.services.warehouse.shelf.usage(AN).documents == 1


def test_a_page_that_loses_the_net_while_it_looks_says_that_the_file_has_arrived(
    service: Service, browser: "Browser", pages: str
) -> None:
    with opened(service, browser, pages, "&lang=en") as page:
        assert page.evaluate("document.documentElement.lang") == "en"
        page.route("**/v1/warehouse/uploads/*", lambda route: route.abort())
        page.get_by_label("Access token").fill(service.token(AN))
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
        page.get_by_label("Photo or file of the document").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Upload").click()
        assert seen(page, "sent").startswith("The file was sent; do not send it again.")


def test_a_page_that_does_not_know_whether_a_file_arrived_has_one_look_before_sending_again(
    service: Service, browser: "Browser", pages: str
) -> None:
    store = service.home.settings.uploads_bucket
    with opened(service, browser, pages) as page:
        page.route(f"**/{store}*", lambda route: route.abort())
        send(service, page, "mặt trước.jpg", "image/jpeg", a_photo())
        said = seen(page, "failed")
        assert "có thể tệp đã tới nơi" in said
        assert "thử lại" not in said
        page.screenshot(path=str(BUILD / "upload-unsure-390.png"), full_page=True)
