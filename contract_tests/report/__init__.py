"""What a run of the suite has to say: a verdict, and reports for people and machines."""
