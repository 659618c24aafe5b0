"""Signed PDFs and what may follow a signature, or may not."""

from typing import Final

from pyhanko.sign.fields import MDPPerm

from infra.simulators.signing import Manner, signed, stamped, stamper
from tests.support import signed_pdf_changes as change
from tests.support.signed_pdf_changes import paper, updated, with_store
from tests.support.signed_pdf_people import BETWEEN, SIGNED, agency, authority, person
from tests.support.signed_pdfs import Case, Verdict, case, extended, good

CASES: Final[dict[str, Case]] = {}
_BOX: Final = (60, 60, 260, 110)


def by_agency(*, with_field: bool = False, certify: int | None = None, field: str = "CoQuan") -> bytes:
    """Return a page that an agency signed, nowhere to be seen."""
    level = None if certify is None else MDPPerm(certify)
    return signed(paper(with_field), agency(), Manner(SIGNED, field, certify=level))


@case(CASES, "scan")
def unsigned() -> bytes:
    return paper()


@case(CASES, "original_electronic", good("person"), good("agency"))
def person_then_agency() -> bytes:
    return signed(signed(paper(), person(), Manner(SIGNED)), agency(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "original_electronic", good("person"), good("agency"))
def both_shown_on_the_page() -> bytes:
    first = signed(paper(), person(), Manner(SIGNED, box=_BOX))
    return signed(first, agency(), Manner(SIGNED, "ChuKy2", (300, 60, 500, 110)))


@case(CASES, "original_electronic", good("agency"), good("person"))
def agency_then_person() -> bytes:
    return signed(by_agency(), person(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", extended("drawn_over"), good("person"))
def person_draws_over_what_the_agency_signed() -> bytes:
    return signed(by_agency(), person(), Manner(SIGNED, "ChuKy2", (60, 740, 500, 800), text="9.000.000 dong"))


@case(CASES, "certified_copy", good("agency"))
def agency_alone() -> bytes:
    return by_agency()


@case(CASES, "scan", good("person"))
def person_alone() -> bytes:
    return signed(paper(), person(), Manner(SIGNED))


@case(CASES, "certified_copy", good("agency", at_proved=True))
def agency_with_timestamp() -> bytes:
    return signed(paper(), agency(), Manner(SIGNED, stamps=stamper(authority(), SIGNED)))


@case(CASES, "certified_copy", *[good("agency")] * 30)
def thirty_signatures() -> bytes:
    pdf = paper()
    for number in range(30):
        pdf = signed(pdf, agency(), Manner(SIGNED, f"ChuKy{number}"))
    return pdf


@case(CASES, "certified_copy", good("agency"))
def metadata_changed() -> bytes:
    return updated(by_agency(), change.described)


@case(CASES, "certified_copy", good("agency"))
def validation_data_added() -> bytes:
    from asn1crypto import x509

    return with_store(by_agency(), certificates=[x509.Certificate.load(agency().der)])


@case(CASES, "certified_copy", good("agency", at_proved=True))
def document_timestamp_added() -> bytes:
    return stamped(by_agency(), stamper(authority(), BETWEEN))


@case(CASES, "certified_copy", good("agency", at_proved=True))
def certified_then_document_timestamp() -> bytes:
    return stamped(by_agency(certify=1), stamper(authority(), BETWEEN))


@case(CASES, "certified_copy", good("agency"))
def line_end_added() -> bytes:
    return by_agency() + b"\n"


@case(CASES, "scan", extended("changed"))
def text_added() -> bytes:
    return updated(by_agency(), change.more_text)


@case(CASES, "scan", extended("changed"))
def page_added() -> bytes:
    return updated(by_agency(), change.more_pages)


@case(CASES, "scan", extended("changed"))
def annotation_added() -> bytes:
    return updated(by_agency(), change.annotated)


@case(CASES, "scan", extended("changed"))
def annotation_added_where_annotations_are_allowed() -> bytes:
    return updated(by_agency(certify=3), change.annotated)


@case(CASES, "scan", extended("changed"))
def action_added() -> bytes:
    return updated(by_agency(), change.opened_with_action)


@case(CASES, "scan", extended("appearance"))
def empty_field_with_a_picture_added() -> bytes:
    return updated(by_agency(), change.room_for_another)


@case(CASES, "certified_copy", good("agency"))
def form_filled_as_allowed() -> bytes:
    return updated(by_agency(with_field=True, certify=2), change.filled)


@case(CASES, "scan", extended("docmdp"))
def form_filled_as_forbidden() -> bytes:
    return updated(by_agency(with_field=True, certify=1), change.filled)


@case(CASES, "scan", extended("form"))
def form_filled_and_nobody_said() -> bytes:
    return updated(by_agency(with_field=True), change.filled)


@case(CASES, "scan", good("person"), extended("form"))
def form_filled_where_only_an_earlier_signer_allowed_it() -> bytes:
    first = signed(paper(True), person(), Manner(SIGNED, certify=MDPPerm.FILL_FORMS))
    return updated(signed(first, agency(), Manner(SIGNED, "ChuKy2")), change.filled)


@case(CASES, "original_electronic", good("person"), good("agency"))
def signed_where_an_earlier_signer_allowed_forms_and_none_was_filled() -> bytes:
    first = signed(paper(True), person(), Manner(SIGNED, certify=MDPPerm.FILL_FORMS))
    return signed(first, agency(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", extended("drawn_over"))
def timestamp_of_nobody_draws_over_what_the_agency_signed() -> bytes:
    return change.stamped_visibly(by_agency(), stamper(authority("fake"), BETWEEN))


@case(CASES, "scan", Verdict("extended", "trusted", "agency", at_proved=True, detail="drawn_over"))
def timestamp_draws_over_what_the_agency_signed() -> bytes:
    return change.stamped_visibly(by_agency(), stamper(authority(), BETWEEN))


@case(CASES, "original_electronic", good("person"), good("agency"))
def written_by_word_with_two_tables() -> bytes:
    first = signed(change.two_tables(paper()), person(), Manner(SIGNED))
    return signed(first, agency(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", extended("hybrid"))
def two_tables_added() -> bytes:
    return change.two_tables(by_agency())


@case(CASES, "scan", extended("form"))
def form_drawn_with_another_font() -> bytes:
    return updated(by_agency(with_field=True), change.drawn_anew)


@case(CASES, "scan", extended("form"))
def form_with_its_picture_written_anew() -> bytes:
    return updated(by_agency(with_field=True), change.picture_written_anew)


@case(CASES, "scan", extended("changed"))
def form_with_the_font_of_its_picture_written_anew() -> bytes:
    return updated(by_agency(with_field=True), change.font_of_picture_written_anew)


@case(CASES, "original_electronic", good("person"), good("agency"))
def form_signed_twice_and_not_filled() -> bytes:
    first = signed(paper(True), person(), Manner(SIGNED))
    return signed(first, agency(), Manner(SIGNED, "ChuKy2", _BOX))


@case(CASES, "scan", extended("docmdp"), good("person"))
def signed_once_more_where_nothing_may_change() -> bytes:
    return signed(by_agency(certify=1), person(), Manner(SIGNED, "ChuKy2", obeys=False))


@case(CASES, "original_electronic", good("agency"), good("person"))
def signed_once_more_where_forms_may_be_filled() -> bytes:
    return signed(by_agency(certify=2), person(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", extended("changed"), good("person"))
def changed_between_two_signatures() -> bytes:
    return signed(updated(by_agency(), change.more_text), person(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", extended("changed"))
def shadow_hide() -> bytes:
    covered = updated(paper(), change.annotated)
    return updated(signed(covered, agency(), Manner(SIGNED)), change.uncovered)


@case(CASES, "scan", extended("changed"))
def shadow_replace() -> bytes:
    return updated(by_agency(), change.replaced)
