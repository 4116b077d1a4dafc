<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>AnswerDelegate</name>
        <message>
            <source>Answer: %1</source>
            <translation>Antwort: %1</translation>
        </message>
        <message>
            <source>CSV</source>
            <translation>CSV</translation>
        </message>
        <message>
            <source>Copy the table as CSV</source>
            <translation>Tabelle als CSV kopieren</translation>
        </message>
        <message>
            <source>Markdown</source>
            <translation>Markdown</translation>
        </message>
        <message>
            <source>Copy the table as Markdown</source>
            <translation>Tabelle als Markdown kopieren</translation>
        </message>
        <message>
            <source>Summary</source>
            <translation>Zusammenfassung</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Copy the summary</source>
            <translation>Zusammenfassung kopieren</translation>
        </message>
        <message>
            <source>Copy the answer</source>
            <translation>Antwort kopieren</translation>
        </message>
    </context>
    <context>
        <name>AttachmentStrip</name>
        <message>
            <source>Attached: %1</source>
            <translation>Angehängt: %1</translation>
        </message>
        <message>
            <source>Remove %1</source>
            <translation>%1 entfernen</translation>
        </message>
    </context>
    <context>
        <name>Banner</name>
        <message>
            <source>Close this message</source>
            <translation>Diese Meldung schließen</translation>
        </message>
    </context>
    <context>
        <name>ChartPicture</name>
        <message>
            <source>The chart that was read: %1</source>
            <translation>Das gelesene Diagramm: %1</translation>
        </message>
    </context>
    <context>
        <name>ChartTableRow</name>
        <message>
            <source>%1, uncertain</source>
            <translation>%1, unsicher</translation>
        </message>
    </context>
    <context>
        <name>ChartTableView</name>
        <message>
            <source>Table of the chart %1</source>
            <translation>Tabelle zum Diagramm %1</translation>
        </message>
    </context>
    <context>
        <name>ChatPage</name>
        <message>
            <source>Show the conversations (Ctrl+B)</source>
            <translation>Unterhaltungen zeigen (Strg+B)</translation>
        </message>
        <message>
            <source>New chat (Ctrl+N)</source>
            <translation>Neuer Chat (Strg+N)</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>Hell oder dunkel</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Attach pictures</source>
            <translation>Bilder anhängen</translation>
        </message>
        <message>
            <source>Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp)</source>
            <translation>Bilder (*.png *.jpg *.jpeg *.gif *.bmp *.webp)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Load a model</source>
            <translation>Modell laden</translation>
        </message>
        <message>
            <source>Models (*.gguf)</source>
            <translation>Modelle (*.gguf)</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>Attach pictures (Ctrl+O)</source>
            <translation>Bilder anhängen (Strg+O)</translation>
        </message>
        <message>
            <source>Drop, paste or attach a chart</source>
            <translation>Diagramm ablegen, einfügen oder anhängen</translation>
        </message>
        <message>
            <source>Ask, or drop a chart</source>
            <translation>Fragen, oder ein Diagramm ablegen</translation>
        </message>
        <message>
            <source>Your question</source>
            <translation>Ihre Frage</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>Anhalten (Esc)</translation>
        </message>
        <message>
            <source>Send (Enter)</source>
            <translation>Senden (Eingabe)</translation>
        </message>
    </context>
    <context>
        <name>ConfirmDialog</name>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
    </context>
    <context>
        <name>ConversationDelegate</name>
        <message>
            <source>Name of the conversation</source>
            <translation>Name der Unterhaltung</translation>
        </message>
        <message>
            <source>Rename “%1” (F2)</source>
            <translation>„%1“ umbenennen (F2)</translation>
        </message>
        <message>
            <source>Delete “%1”</source>
            <translation>„%1“ löschen</translation>
        </message>
    </context>
    <context>
        <name>DropOverlay</name>
        <message>
            <source>Drop to read</source>
            <translation>Zum Lesen ablegen</translation>
        </message>
        <message>
            <source>Drop to attach</source>
            <translation>Zum Anhängen ablegen</translation>
        </message>
    </context>
    <context>
        <name>EmptyState</name>
        <message>
            <source>What does your chart say?</source>
            <translation>Was sagt Ihr Diagramm?</translation>
        </message>
        <message>
            <source>Conclave reads it on this machine: the table behind it, and a summary whose every number points at its mark.</source>
            <translation>Conclave liest es auf diesem Rechner: die Tabelle dahinter und eine Zusammenfassung, in der jede Zahl auf ihre Stelle im Bild zeigt.</translation>
        </message>
        <message>
            <source>Drop a chart here</source>
            <translation>Hier ein Diagramm ablegen</translation>
        </message>
        <message>
            <source>or paste a picture, or choose a file</source>
            <translation>oder ein Bild einfügen oder eine Datei wählen</translation>
        </message>
        <message>
            <source>Try the sample chart</source>
            <translation>Beispiel ausprobieren</translation>
        </message>
        <message>
            <source>Choose a file…</source>
            <translation>Datei wählen …</translation>
        </message>
        <message>
            <source>Load model…</source>
            <translation>Modell laden …</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>%1 – Conclave</source>
            <translation>%1 – Conclave</translation>
        </message>
        <message>
            <source>Conclave</source>
            <translation>Conclave</translation>
        </message>
    </context>
    <context>
        <name>QuestionDelegate</name>
        <message>
            <source>Picture you sent</source>
            <translation>Ihr Bild</translation>
        </message>
        <message>
            <source>You said: %1</source>
            <translation>Sie: %1</translation>
        </message>
    </context>
    <context>
        <name>ScrollHandle</name>
        <message>
            <source>Scroll</source>
            <translation>Blättern</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Delete “%1”?</source>
            <translation>„%1“ löschen?</translation>
        </message>
        <message>
            <source>Conclave</source>
            <translation>Conclave</translation>
        </message>
        <message>
            <source>Hide the conversations (Ctrl+B)</source>
            <translation>Unterhaltungen ausblenden (Strg+B)</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>Neuer Chat</translation>
        </message>
        <message>
            <source>Conversations</source>
            <translation>Unterhaltungen</translation>
        </message>
        <message>
            <source>Your conversations will be kept here, on this machine only.</source>
            <translation>Ihre Unterhaltungen bleiben hier, nur auf diesem Rechner.</translation>
        </message>
        <message>
            <source>The conversation and its answers are removed for good.</source>
            <translation>Die Unterhaltung und ihre Antworten werden endgültig gelöscht.</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Löschen</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Status: %1</source>
            <translation>Status: %1</translation>
        </message>
        <message>
            <source>Load model…</source>
            <translation>Modell laden …</translation>
        </message>
        <message>
            <source>Model: %1. Load another one…</source>
            <translation>Modell: %1. Ein anderes laden …</translation>
        </message>
        <message>
            <source>Load another model (.gguf)…</source>
            <translation>Anderes Modell laden (.gguf) …</translation>
        </message>
    </context>
    <context>
        <name>SummaryText</name>
        <message>
            <source>Summary: %1</source>
            <translation>Zusammenfassung: %1</translation>
        </message>
    </context>
    <context>
        <name>TranscriptView</name>
        <message>
            <source>Conversation</source>
            <translation>Unterhaltung</translation>
        </message>
        <message>
            <source>Go to the latest answer</source>
            <translation>Zur neuesten Antwort</translation>
        </message>
    </context>
    <context>
        <name>TypingMark</name>
        <message>
            <source>An answer is being written</source>
            <translation>Eine Antwort wird geschrieben</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ChartAnswer</name>
        <message>
            <source>Largest value of %1: %2</source>
            <translation>Größter Wert von %1: %2</translation>
        </message>
        <message>
            <source>Smallest value of %1: %2</source>
            <translation>Kleinster Wert von %1: %2</translation>
        </message>
        <message>
            <source>First value of %1: %2</source>
            <translation>Erster Wert von %1: %2</translation>
        </message>
        <message>
            <source>Last value of %1: %2</source>
            <translation>Letzter Wert von %1: %2</translation>
        </message>
        <message>
            <source>Total of %1: %2</source>
            <translation>Summe von %1: %2</translation>
        </message>
        <message>
            <source>Mean of %1: %2</source>
            <translation>Mittelwert von %1: %2</translation>
        </message>
        <message>
            <source>Range of %1: %2</source>
            <translation>Spanne von %1: %2</translation>
        </message>
        <message>
            <source>Value of %1: %2</source>
            <translation>Wert von %1: %2</translation>
        </message>
        <message>
            <source>Bar chart</source>
            <translation>Balkendiagramm</translation>
        </message>
        <message>
            <source>Line chart</source>
            <translation>Liniendiagramm</translation>
        </message>
        <message>
            <source>Pie chart</source>
            <translation>Kreisdiagramm</translation>
        </message>
        <message>
            <source>%1 · %2</source>
            <comment>kind of chart, unit</comment>
            <translation>%1 · %2</translation>
        </message>
        <message>
            <source>This number is not in the table</source>
            <translation>Diese Zahl steht nicht in der Tabelle</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <comment>series, category</comment>
            <translation>%1, %2</translation>
        </message>
        <message>
            <source>First to last value of %1</source>
            <translation>Erster bis letzter Wert von %1</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ChatViewModel</name>
        <message>
            <source>No model</source>
            <translation>Kein Modell</translation>
        </message>
        <message>
            <source>Loading the model…</source>
            <translation>Modell wird geladen …</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Bereit</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>Liest …</translation>
        </message>
        <message>
            <source>Answering…</source>
            <translation>Antwortet …</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>Hält an …</translation>
        </message>
        <message>
            <source>%1 tokens/s</source>
            <translation>%1 Token/s</translation>
        </message>
        <message>
            <source>Only files on this machine can be attached, not %1. Save the picture first.</source>
            <translation>Nur Dateien auf diesem Rechner können angehängt werden, nicht %1. Bitte das Bild zuerst speichern.</translation>
        </message>
        <message>
            <source>Pasted picture</source>
            <translation>Eingefügtes Bild</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::ConversationListModel</name>
        <message>
            <source>Today</source>
            <translation>Heute</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Gestern</translation>
        </message>
        <message>
            <source>Earlier</source>
            <translation>Früher</translation>
        </message>
    </context>
    <context>
        <name>conclave::ui::TranscriptModel</name>
        <message>
            <source>Stopped</source>
            <translation>Angehalten</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <translation>Unterbrochen</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fehlgeschlagen</translation>
        </message>
        <message>
            <source>%1 · %2 tokens/s</source>
            <translation>%1 · %2 Token/s</translation>
        </message>
    </context>
</TS>
