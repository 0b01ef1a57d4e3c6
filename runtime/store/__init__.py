"""The store: tables, engines, migrations, retention."""
