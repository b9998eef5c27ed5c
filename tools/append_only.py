"""Have the first migrations forbid changes of append-only tables; ``remake_migrations.sh`` calls it."""

from pathlib import Path

APPS = Path(__file__).resolve().parent.parent / "src" / "nexus_commerce"
TABLES = {
    "inventory": ["StockMovement"],
    "payments": ["PaymentEvent", "ProviderNotice", "CreditEntry"],
}
IMPORT = "import nexus_commerce.core.operations\n"


def main() -> None:
    for app, models in TABLES.items():
        path = APPS / app / "migrations" / "0001_initial.py"
        text = path.read_text()
        operations = "".join(
            f"        nexus_commerce.core.operations.ForbidChanges(\n            model_name='{model}',\n        ),\n"
            for model in models
        )
        head, tail = text.rstrip().rsplit("    ]", 1)
        if IMPORT not in head:
            head = head.replace(
                "import nexus_commerce.core.fields\n", f"import nexus_commerce.core.fields\n{IMPORT}", 1
            )
            head = head if IMPORT in head else head.replace("from django.db", f"{IMPORT}from django.db", 1)
        path.write_text(f"{head}{operations}    ]{tail}\n")


if __name__ == "__main__":
    main()
