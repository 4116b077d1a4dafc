"""The recipe of Conclave's built-in chart reader: data, model, training, metrics, export."""
