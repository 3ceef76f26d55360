"""What is published: certifications, rulebooks, the law behind them, and who may do what."""
