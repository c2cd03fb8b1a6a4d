"""The words of the simulation: industries, customers, companies, manners, and who joins them."""
