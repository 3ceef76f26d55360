"""What a title leads to: its entry, papers and declaration; and how a decision is questioned or put right."""
