"""Makes believable sample dossiers with their truth; every person, number, seal and card is drawn by chance."""
