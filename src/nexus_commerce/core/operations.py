"""Migration operations whose state is the same on every database."""

from typing import Any

from django.db.migrations.operations.base import Operation

__all__ = ["CreateGinIndex"]


class CreateGinIndex(Operation):
    """Index a JSON column for containment (``@>``, Django's ``__contains``) on PostgreSQL; do nothing elsewhere.

    An index among a model's options would be created on every database, or make the migrations of a project depend
    on the database that it was made on. This one is not part of the state, so ``makemigrations`` never sees it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, column: str, name: str) -> None:
        self.model_name = model_name
        self.column = column
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing: the index is no part of the state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self._is_for(schema_editor, app_label, model):
            quote = schema_editor.quote_name
            schema_editor.execute(
                f"CREATE INDEX {quote(self.name)} ON {quote(model._meta.db_table)} "
                f"USING gin ({quote(self.column)} jsonb_path_ops)"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self._is_for(schema_editor, app_label, model):
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.name)}")

    def _is_for(self, schema_editor: Any, app_label: str, model: Any) -> bool:
        connection = schema_editor.connection
        return connection.vendor == "postgresql" and self.allow_migrate_model(connection.alias, model)

    def describe(self) -> str:
        return f"Index {self.column} of {self.model_name} by GIN, on PostgreSQL only"

    @property
    def migration_name_fragment(self) -> str:
        return self.name
