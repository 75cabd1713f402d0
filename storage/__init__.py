"""What must not be lost: tables, migrations, and one file a subject."""
