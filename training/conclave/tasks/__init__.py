"""What is asked of a chart and what is answered: summaries, questions, small talk, refusals, made from the truth.

Answers hold no numbers of their own: a citation names a cell of the table and the program does look-up and arithmetic (MODEL.md).
A piece of an answer is text or, in angle brackets, a control token.
"""
