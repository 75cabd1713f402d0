"""What `/kpi` answers: one kind of question a file."""
