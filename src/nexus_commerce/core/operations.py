"""Migration operations whose state is the same on every database."""

from typing import Any

from django.db.migrations.operations.base import Operation

__all__ = ["CreateGinIndex", "ForbidChanges"]


class PostgresOperation(Operation):
    """Something that is done on PostgreSQL and nowhere else, and is no part of the state."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing."""

    def _is_for(self, schema_editor: Any, app_label: str, model: Any) -> bool:
        connection = schema_editor.connection
        return connection.vendor == "postgresql" and self.allow_migrate_model(connection.alias, model)


class CreateGinIndex(PostgresOperation):
    """Index a JSON column for containment (``@>``, Django's ``__contains``) on PostgreSQL; do nothing elsewhere.

    An index among a model's options would be created on every database, or make the migrations of a project depend
    on the database that it was made on. This one is not part of the state, so ``makemigrations`` never sees it.
    """

    def __init__(self, model_name: str, column: str, name: str) -> None:
        self.model_name = model_name
        self.column = column
        self.name = name

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

    def describe(self) -> str:
        return f"Index {self.column} of {self.model_name} by GIN, on PostgreSQL only"

    @property
    def migration_name_fragment(self) -> str:
        return self.name


FUNCTION = """
CREATE OR REPLACE FUNCTION nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('nexus.allow_changes', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


class ForbidChanges(PostgresOperation):
    """Have PostgreSQL refuse to change or delete rows of an append-only table, whoever asks; do nothing elsewhere.

    What must be erased by law is erased in a transaction that says ``SET LOCAL nexus.allow_changes = 'on'``.
    """

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self._is_for(schema_editor, app_label, model):
            table = model._meta.db_table
            quote = schema_editor.quote_name
            schema_editor.execute(FUNCTION, params=None)
            schema_editor.execute(
                f"CREATE TRIGGER {quote(f'{table}_append_only')} BEFORE UPDATE OR DELETE ON {quote(table)} "
                "FOR EACH ROW EXECUTE FUNCTION nexus_refuse_change()"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self._is_for(schema_editor, app_label, model):
            table = model._meta.db_table
            quote = schema_editor.quote_name
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{table}_append_only')} ON {quote(table)}")

    def describe(self) -> str:
        return f"Forbid to change or delete rows of {self.model_name}, on PostgreSQL only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_append_only"
