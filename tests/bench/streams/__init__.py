"""The monitor on Kafka beside what else there is: real brokers, one process a row."""
