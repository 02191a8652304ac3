"""What is handed to others: versions, the wheel, the site, the workflows."""
