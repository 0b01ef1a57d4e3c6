"""Accuracy of the offline rules of triage on real questions of bank customers that others have labelled.

The data is Banking77 (Casanueva et al., "Efficient Intent Detection with Dual Sentence Encoders", 2020; CC BY 4.0):
`banking_data/test.csv` of the public repository PolyAI-LDN/task-specific-datasets, 3,080 texts with one of 77 labels.
It is not part of this project: fetch the file and name it.

    python -m benchmarks.accuracy.triage test.csv
    python -m benchmarks.accuracy.triage test.csv --json

Its 77 labels are about bank cards and transfers; below, each is given the one of our categories whose people would take
it. That grouping was fixed before the rules were first measured; the rules were then improved with `train.csv` alone in
view. The data says nothing about severity, so severity is not measured.
"""

import argparse
import csv
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from agents.offline.triage_rules import judge
from agents.tickets import SupportTicket
from tasks.routing.routes import UNSURE_BELOW

LABELS: dict[str, str] = {
    "account": """
        activate_my_card card_linking change_pin edit_personal_details passcode_forgotten pin_blocked terminate_account
        unable_to_verify_identity verify_my_identity verify_source_of_funds verify_top_up why_verify_identity
    """,
    "billing": """
        balance_not_updated_after_bank_transfer balance_not_updated_after_cheque_or_cash_deposit cancel_transfer
        card_payment_fee_charged card_payment_wrong_exchange_rate cash_withdrawal_charge exchange_charge exchange_rate
        extra_charge_on_statement pending_card_payment pending_cash_withdrawal pending_top_up pending_transfer
        Refund_not_showing_up request_refund reverted_card_payment? top_up_by_bank_transfer_charge top_up_by_card_charge
        top_up_reverted transaction_charged_twice transfer_fee_charged transfer_not_received_by_recipient
        wrong_amount_of_cash_received wrong_exchange_rate_for_cash_withdrawal
    """,
    "bug": """
        beneficiary_not_allowed card_not_working card_swallowed contactless_not_working declined_card_payment
        declined_cash_withdrawal declined_transfer failed_transfer top_up_failed virtual_card_not_working
    """,
    "delivery": "card_arrival card_delivery_estimate",
    "question": """
        age_limit apple_pay_or_google_pay atm_support automatic_top_up card_about_to_expire card_acceptance
        country_support disposable_card_limits exchange_via_app fiat_currency_support get_disposable_virtual_card
        get_physical_card getting_spare_card getting_virtual_card order_physical_card receiving_money
        supported_cards_and_currencies top_up_by_cash_or_cheque top_up_limits topping_up_by_card transfer_into_account
        transfer_timing visa_or_mastercard
    """,
    "security": """
        card_payment_not_recognised cash_withdrawal_not_recognised compromised_card direct_debit_payment_not_recognised
        lost_or_stolen_card lost_or_stolen_phone
    """,
}


def measure(texts: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the accuracy of the rules on texts with labels."""
    category = {label: name for name, labels in LABELS.items() for label in labels.split()}
    began = time.perf_counter()
    found = [judge(SupportTicket(id="1", text=text)) for text, _ in texts]
    seconds = time.perf_counter() - began
    wanted = [category[label] for _, label in texts]
    right = [triage.category == want for triage, want in zip(found, wanted, strict=True)]
    sure = [ok for ok, triage in zip(right, found, strict=True) if triage.confidence >= UNSURE_BELOW]
    said, asked = Counter(triage.category for triage in found), Counter(wanted)
    hits = Counter(want for want, ok in zip(wanted, right, strict=True) if ok)
    return {
        "texts": len(texts),
        "accuracy": sum(right) / len(right),
        "always_the_most_frequent": max(asked.values()) / len(texts),
        "sure": len(sure) / len(texts),
        "accuracy_when_sure": sum(sure) / len(sure),
        "categories": {
            name: {
                "texts": asked[name],
                "found": hits[name] / asked[name],
                "right_when_said": hits[name] / max(said[name], 1),  # type: ignore[index] - a category is a text
            }
            for name in LABELS
        },
        "texts_a_second": round(len(texts) / seconds),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Accuracy of the offline rules of triage")
    parser.add_argument("file", type=Path, help="banking_data/test.csv of PolyAI-LDN/task-specific-datasets")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with options.file.open(newline="", encoding="utf-8") as lines:
        figures = measure([(row["text"], row["category"]) for row in csv.DictReader(lines)])
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{figures['texts']:,} texts: {figures['accuracy']:.1%} in the right one of {len(LABELS)} categories")
    print(f"always the most frequent category: {figures['always_the_most_frequent']:.1%}")
    print(f"sure (confidence from {UNSURE_BELOW}): {figures['sure']:.1%}, right: {figures['accuracy_when_sure']:.1%}")
    for name, one in figures["categories"].items():
        found, right = one["found"], one["right_when_said"]
        print(f"  {name:<9} {one['texts']:>5} texts, {found:.0%} found, {right:.0%} right when said")
    print(f"{figures['texts_a_second']:,} texts a second")


if __name__ == "__main__":
    main()
