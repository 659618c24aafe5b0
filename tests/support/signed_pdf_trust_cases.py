"""Signed PDFs that differ in who signed, and when: roots, chains, days, timestamps, revocation, usage, algorithms."""

from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from infra.simulators.certificates import ISSUING, STAMPING, Holder, Wanted, issue, revoking
from infra.simulators.signing import Manner, signed, stamped, stamper
from tests.support.signed_pdf_changes import cms_of, paper, rewritten, with_store
from tests.support.signed_pdf_people import (
    AGENCY,
    BETWEEN,
    EARLIER,
    LATER,
    SERVER,
    SIGNED,
    agency,
    authority,
    ec_key,
    fake_root,
    middle,
    old_root,
    person,
    root,
    rsa_key,
)
from tests.support.signed_pdfs import Case, Verdict, case, distrusted, good

CASES: Final[dict[str, Case]] = {}
_DAY: Final = timedelta(days=1)


def _by(holder: Holder, *, stamp: datetime | None = None, by: Holder | None = None) -> bytes:
    stamps = None if stamp is None else stamper(by or authority(), stamp)
    return signed(paper(), holder, Manner(SIGNED, stamps=stamps))


@case(CASES, "certified_copy", good("agency"))
def root_for_agencies() -> bytes:
    return _by(agency(root("agency")))


@case(CASES, "original_electronic", good("person"), good("agency"))
def each_by_the_root_for_their_kind() -> bytes:
    return signed(_by(person(root("person"))), agency(root("agency")), Manner(SIGNED, "ChuKy2"))


@case(CASES, "scan", distrusted("wrong_use", "root"))
def agency_by_the_root_for_people() -> bytes:
    return _by(agency(root("person")))


@case(CASES, "scan", Verdict("intact", "wrong_use", "person", detail="root"))
def person_by_the_root_for_agencies() -> bytes:
    return _by(person(root("agency")))


@case(CASES, "scan", distrusted("wrong_use", "root"))
def agency_by_the_root_for_timestamps() -> bytes:
    return _by(agency(root("timestamp")))


@case(CASES, "certified_copy", good("agency"))
def body_without_an_identifier() -> bytes:
    return _by(issue(Wanted({"CN": "UBND", "O": "UBND phường Thử"}), ec_key("agency"), root("any")))


@case(CASES, "scan", good("person"))
def person_of_no_body() -> bytes:
    return _by(issue(Wanted({"CN": "TRẦN THỊ KÝ"}), ec_key("person"), root("any")))


@case(CASES, "scan", distrusted("untrusted", "no_chain"))
def root_that_nobody_configured() -> bytes:
    stranger = issue(Wanted({"CN": "Gốc lạ"}, ISSUING, is_ca=True), ec_key("stranger"))
    return _by(agency(stranger))


@case(CASES, "scan", distrusted("untrusted", "certificate"))
def self_signed() -> bytes:
    return _by(issue(Wanted(AGENCY), ec_key("agency")))


@case(CASES, "scan", distrusted("untrusted", "no_chain"))
def root_of_the_same_name() -> bytes:
    return _by(agency(fake_root()))


@case(CASES, "scan", distrusted("untrusted", "no_chain"), good("person"))
def trusted_person_beside_an_untrusted_agency() -> bytes:
    return signed(_by(agency(fake_root())), person(), Manner(SIGNED, "ChuKy2"))


@case(CASES, "certified_copy", good("agency"))
def through_an_intermediate() -> bytes:
    return _by(agency(middle()))


@case(CASES, "scan", distrusted("untrusted", "no_chain"))
def intermediate_missing() -> bytes:
    below = agency(middle())
    return _by(Holder(below.certificate, below.key))


@case(CASES, "scan", distrusted("untrusted", "chain"))
def intermediate_that_is_no_authority() -> bytes:
    return _by(agency(middle(name="Không phải CA", is_ca=False)))


@case(CASES, "scan", distrusted("untrusted", "chain"))
def chain_longer_than_allowed() -> bytes:
    first = middle(name="Trung gian một", path_length=0)
    return _by(agency(middle(first, name="Trung gian hai")))


@case(CASES, "scan", distrusted("expired"))
def intermediate_expired() -> bytes:
    return _by(agency(middle(name="Trung gian cũ", until=BETWEEN)))


@case(CASES, "scan", distrusted("expired", "root"))
def root_expired() -> bytes:
    return _by(agency(old_root()))


@case(CASES, "scan", distrusted("expired"))
def expired_when_signed() -> bytes:
    return _by(agency(until=EARLIER))


@case(CASES, "scan", distrusted("expired", at_proved=True))
def expired_when_signed_with_timestamp() -> bytes:
    return _by(agency(until=EARLIER), stamp=SIGNED)


@case(CASES, "scan", distrusted("expired"))
def expired_now() -> bytes:
    return _by(agency(until=BETWEEN))


@case(CASES, "certified_copy", good("agency", at_proved=True))
def expired_now_timestamped_while_valid() -> bytes:
    return _by(agency(until=BETWEEN), stamp=SIGNED)


@case(CASES, "certified_copy", good("agency", at_proved=True))
def expired_now_document_timestamped_while_valid() -> bytes:
    return stamped(_by(agency(until=BETWEEN)), stamper(authority(), SIGNED + _DAY))


@case(CASES, "scan", distrusted("expired"))
def timestamp_by_an_authority_nobody_configured() -> bytes:
    return _by(agency(until=BETWEEN), stamp=SIGNED, by=authority("fake"))


@case(CASES, "scan", distrusted("expired"))
def timestamp_by_a_root_for_documents() -> bytes:
    return _by(agency(until=BETWEEN), stamp=SIGNED, by=authority("any"))


@case(CASES, "scan", distrusted("expired"))
def timestamp_by_a_certificate_not_for_timestamps() -> bytes:
    return _by(agency(until=BETWEEN), stamp=SIGNED, by=authority("timestamp", ()))


@case(CASES, "scan", distrusted("expired"))
def timestamp_of_another_signature() -> bytes:
    other = cms_of(_by(agency(until=BETWEEN), stamp=SIGNED))["content"]["signer_infos"][0]["unsigned_attrs"]

    def take(held: Any) -> None:  # noqa: ANN401 - asn1crypto has no types
        held["signer_infos"][0]["unsigned_attrs"] = other

    return rewritten(_by(agency(until=BETWEEN), stamp=SIGNED), take)


@case(CASES, "scan", distrusted("expired"))
def timestamp_by_an_expired_authority() -> bytes:
    wanted = Wanted({"CN": "Cũ"}, frozenset({"digital_signature"}), purposes=(STAMPING,), until=BETWEEN)
    old = issue(wanted, rsa_key("stamp"), root("timestamp"))
    return _by(agency(until=BETWEEN), stamp=SIGNED, by=old)


@case(CASES, "certified_copy", good("agency", at_proved=True))
def timestamp_by_an_expired_authority_stamped_anew_in_time() -> bytes:
    wanted = Wanted({"CN": "Cũ"}, frozenset({"digital_signature"}), purposes=(STAMPING,), until=BETWEEN)
    old = issue(wanted, rsa_key("stamp"), root("timestamp"))
    return stamped(_by(agency(until=BETWEEN), stamp=SIGNED, by=old), stamper(authority(), SIGNED + _DAY))


@case(CASES, "certified_copy", good("agency"))
def timestamp_from_the_future() -> bytes:
    return _by(agency(), stamp=LATER)


@case(CASES, "scan", distrusted("not_yet_valid"))
def not_yet_valid() -> bytes:
    return _by(agency(since=LATER))


def _revoked(
    since: datetime, *, by: Holder | None = None, until: datetime = LATER, stamp: datetime | None = None
) -> bytes:
    holder = agency(until=LATER)
    listed = revoking(by or root("any"), {holder.certificate.serial_number: since}, since + _DAY, until)
    return with_store(_by(holder, stamp=stamp), [listed])


@case(CASES, "scan", distrusted("revoked", at_proved=True))
def revoked_before_it_signed() -> bytes:
    return _revoked(EARLIER, stamp=SIGNED)


@case(CASES, "certified_copy", good("agency", at_proved=True))
def revoked_after_it_signed_with_timestamp() -> bytes:
    return _revoked(BETWEEN, stamp=SIGNED)


@case(CASES, "scan", distrusted("revoked"))
def revoked_after_it_says_it_signed() -> bytes:
    return _revoked(BETWEEN)


@case(CASES, "scan", distrusted("revoked", at_proved=True))
def revoked_before_by_a_list_made_long_after() -> bytes:
    holder = agency(until=LATER)
    listed = revoking(root("any"), {holder.certificate.serial_number: EARLIER}, BETWEEN, LATER)
    return with_store(_by(holder, stamp=SIGNED), [listed])


@case(CASES, "scan", distrusted("revoked"))
def revoked_by_a_list_out_of_date() -> bytes:
    return _revoked(EARLIER, until=EARLIER + 2 * _DAY)


@case(CASES, "scan", distrusted("revoked"))
def revoked_by_the_second_list_of_two() -> bytes:
    holder = agency(until=LATER)
    older = revoking(root("any"), {}, EARLIER, LATER)
    newer = revoking(root("any"), {holder.certificate.serial_number: SIGNED}, BETWEEN, LATER)
    return with_store(_by(holder), [older, newer])


@case(CASES, "certified_copy", good("agency"))
def revoked_by_somebody_else() -> bytes:
    return _revoked(EARLIER, by=fake_root())


@case(CASES, "certified_copy", good("agency"))
def another_certificate_revoked() -> bytes:
    return with_store(_by(agency()), [revoking(root("any"), {4711: EARLIER}, BETWEEN, LATER)])


@case(CASES, "scan", distrusted("revoked"))
def intermediate_revoked() -> bytes:
    between = middle(name="Trung gian thu hồi")
    listed = revoking(root("any"), {between.certificate.serial_number: EARLIER}, BETWEEN, LATER)
    return with_store(_by(agency(between)), [listed])


@case(CASES, "scan", distrusted("wrong_use", "key_usage"))
def key_for_something_else() -> bytes:
    return _by(agency(usage=frozenset({"key_encipherment"})))


@case(CASES, "scan", distrusted("wrong_use", "key_usage"))
def certificate_of_a_web_server() -> bytes:
    return _by(agency(purposes=(SERVER,)))


@case(CASES, "scan", distrusted("wrong_use", "key_usage"))
def certificate_of_a_timestamping_authority() -> bytes:
    return _by(agency(purposes=(STAMPING,)))


@case(CASES, "scan", Verdict("intact", "wrong_use", "person", detail="key_usage"))
def signed_by_the_root_itself() -> bytes:
    return _by(root("any"))


@case(CASES, "scan", distrusted("untrusted", "weak_key"))
def key_too_short() -> bytes:
    return _by(agency(key=rsa_key("short", 1024)))


@case(CASES, "scan", distrusted("untrusted", "weak_key"))
def curve_too_small() -> bytes:
    return _by(agency(key=ec.generate_private_key(ec.SECP192R1())))


@case(CASES, "scan", distrusted("untrusted", "weak_chain"))
def signer_vouched_for_by_a_small_curve() -> bytes:
    wanted = Wanted({"CN": "Trung gian trên đường cong nhỏ"}, ISSUING, is_ca=True)
    return _by(agency(by=issue(wanted, ec.generate_private_key(ec.SECP192R1()), root("any"))))


@case(CASES, "certified_copy", good("agency"))
def rsa_key_long_enough() -> bytes:
    return _by(agency(key=rsa_key("agency")))


@case(CASES, "scan", distrusted("untrusted", "weak_digest"))
def digest_sha1() -> bytes:
    return signed(paper(), agency(), Manner(SIGNED, digest="sha1"))


@case(CASES, "scan", distrusted("untrusted", "weak_digest"))
def digest_md5() -> bytes:
    return signed(paper(), agency(key=rsa_key("agency")), Manner(SIGNED, digest="md5"))
