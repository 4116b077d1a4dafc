<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AnswerEditor</name>
    <message>
        <source>Edit the answer</source>
        <translation>Antwort bearbeiten</translation>
    </message>
    <message>
        <source>New version of the answer</source>
        <translation>Neue Fassung der Antwort</translation>
    </message>
    <message>
        <source>The old version stays, with what followed it.</source>
        <translation>Die alte Fassung bleibt, mit allem, was ihr folgte.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>AnswerFoot</name>
    <message>
        <source>Edit the answer</source>
        <translation>Antwort bearbeiten</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue the answer</source>
        <translation>Antwort fortsetzen</translation>
    </message>
    <message>
        <source>Quote in your question</source>
        <translation>In der Frage zitieren</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Noch einmal antworten</translation>
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
    <message>
        <source>What the model saw, and the receipt</source>
        <translation>Was das Modell sah, und der Beleg</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Attached: %1, %2</source>
        <translation>Angehängt: %1, %2</translation>
    </message>
    <message>
        <source>Attached: %1</source>
        <translation>Angehängt: %1</translation>
    </message>
    <message>
        <source>Opens a preview</source>
        <translation>Öffnet eine Vorschau</translation>
    </message>
    <message>
        <source>Stop reading %1</source>
        <translation>%1 nicht weiter lesen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>AttachmentPreviewPanel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Take all parts along</source>
        <translation>Alle Teile mitnehmen</translation>
    </message>
    <message>
        <source>Only this</source>
        <translation>Nur dies</translation>
    </message>
    <message>
        <source>Take only this part along</source>
        <translation>Nur diesen Teil mitnehmen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>Text von %1</translation>
    </message>
    <message>
        <source>Only the beginning is shown here; all of it is told.</source>
        <translation>Hier steht nur der Anfang; gesagt wird alles.</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>Als Text</translation>
    </message>
    <message>
        <source>Attach the words of the pages</source>
        <translation>Die Wörter der Seiten anhängen</translation>
    </message>
    <message>
        <source>As pictures</source>
        <translation>Als Bilder</translation>
    </message>
    <message>
        <source>Attach the pages as pictures</source>
        <translation>Die Seiten als Bilder anhängen</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>Word</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>sheets %1 of %2</source>
        <translation>Blätter %1 von %2</translation>
    </message>
    <message>
        <source>pages %1 of %2</source>
        <translation>Seiten %1 von %2</translation>
    </message>
    <message>
        <source>1 sheet</source>
        <translation>1 Blatt</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 Seite</translation>
    </message>
    <message>
        <source>%1 sheets</source>
        <translation>%1 Blätter</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 Seiten</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of what went wrong</source>
        <translation>Einzelheiten zum Fehler</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>Pictures and charts on small machines</source>
        <translation>Bilder und Diagramme auf kleinen Rechnern</translation>
    </message>
    <message>
        <source>Pictures, charts and documents on ordinary machines</source>
        <translation>Bilder, Diagramme und Dokumente auf gewöhnlichen Rechnern</translation>
    </message>
    <message>
        <source>Pictures, charts and documents, more careful</source>
        <translation>Bilder, Diagramme und Dokumente, sorgfältiger</translation>
    </message>
    <message>
        <source>Pictures, charts and documents with the speed of a small model, for machines with 24 GB or more</source>
        <translation>Bilder, Diagramme und Dokumente, so schnell wie ein kleines Modell; für Rechner ab 24 GB</translation>
    </message>
    <message>
        <source>The most careful reader of pictures here, and slow without a graphics card</source>
        <translation>Liest Bilder hier am sorgfältigsten, ohne Grafikkarte aber langsam</translation>
    </message>
    <message>
        <source>Conversation and reasoning on small machines</source>
        <translation>Gespräche und Schlussfolgern auf kleinen Rechnern</translation>
    </message>
    <message>
        <source>Conversation, reasoning and code on ordinary machines</source>
        <translation>Gespräche, Schlussfolgern und Code auf gewöhnlichen Rechnern</translation>
    </message>
    <message>
        <source>Reasoning, code and tools; fast for its size</source>
        <translation>Schlussfolgern, Code und Werkzeuge; schnell für seine Größe</translation>
    </message>
    <message>
        <source>Reasoning, code and tools, for machines with 80 GB or more</source>
        <translation>Schlussfolgern, Code und Werkzeuge; für Rechner ab 80 GB</translation>
    </message>
    <message>
        <source>Writing in many languages on small machines</source>
        <translation>Schreiben in vielen Sprachen auf kleinen Rechnern</translation>
    </message>
    <message>
        <source>Writing and translation in many languages</source>
        <translation>Schreiben und Übersetzen in vielen Sprachen</translation>
    </message>
    <message>
        <source>The best of its family in languages; dense, so slower than models of experts</source>
        <translation>In Sprachen das beste seiner Familie; dicht, also langsamer als Modelle mit Experten</translation>
    </message>
    <message>
        <source>Writing and reasoning in many languages; a model of experts, so fast</source>
        <translation>Schreiben und Schlussfolgern in vielen Sprachen; ein Modell mit Experten, daher schnell</translation>
    </message>
    <message>
        <source>Code and tools, for machines with 96 GB or more</source>
        <translation>Code und Werkzeuge; für Rechner ab 96 GB</translation>
    </message>
    <message>
        <source>Reasoning in Chinese and English; a model of experts, so fast</source>
        <translation>Schlussfolgern auf Chinesisch und Englisch; ein Modell mit Experten, daher schnell</translation>
    </message>
    <message>
        <source>The largest here: knowledge, reasoning and very long texts, for machines with 192 GB or more</source>
        <translation>Das größte hier: Wissen, Schlussfolgern und sehr lange Texte; für Rechner ab 192 GB</translation>
    </message>
    <message>
        <source>The same with experts in two bits, for machines with 96 GB or more</source>
        <translation>Dasselbe mit Experten in zwei Bit; für Rechner ab 96 GB</translation>
    </message>
</context>
<context>
    <name>CatalogueRow</name>
    <message>
        <source>%1 · checked only against what the server states</source>
        <translation>%1 · nur mit den Angaben des Servers verglichen</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Fetch %1</source>
        <translation>%1 holen</translation>
    </message>
</context>
<context>
    <name>CellEditor</name>
    <message>
        <source>Name of the series</source>
        <translation>Name der Reihe</translation>
    </message>
    <message>
        <source>Name of the row</source>
        <translation>Name der Zeile</translation>
    </message>
    <message>
        <source>Number, or nothing where there is none</source>
        <translation>Zahl, oder nichts, wo keine ist</translation>
    </message>
    <message>
        <source>That is no number</source>
        <translation>Das ist keine Zahl</translation>
    </message>
    <message>
        <source>A name is needed</source>
        <translation>Ein Name ist nötig</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>[table: %1]</source>
        <comment>what the table says instead</comment>
        <translation>[Tabelle: %1]</translation>
    </message>
    <message>
        <source>This is not a chart. I only read charts; load a general model for other pictures.</source>
        <translation>Das ist kein Diagramm. Ich lese nur Diagramme; laden Sie für andere Bilder ein allgemeines Modell.</translation>
    </message>
    <message>
        <source>Hello! Show me a chart: drop, paste or attach a picture of one.</source>
        <translation>Hallo! Zeigen Sie mir ein Diagramm: Ziehen Sie ein Bild davon herein, fügen Sie es ein oder hängen Sie es an.</translation>
    </message>
    <message>
        <source>I read charts: the table behind a picture, a summary, and answers to questions about it.</source>
        <translation>Ich lese Diagramme: die Tabelle hinter einem Bild, eine Zusammenfassung und Antworten auf Fragen dazu.</translation>
    </message>
    <message>
        <source>I am the chart reader that comes with Conclave. I work on this machine alone.</source>
        <translation>Ich bin der Diagrammleser, der zu Conclave gehört. Ich arbeite allein auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Drop, paste or attach a picture of a chart. Then ask about its values, changes, shares or trends.</source>
        <translation>Ziehen Sie das Bild eines Diagramms herein, fügen Sie es ein oder hängen Sie es an. Fragen Sie dann nach Werten, Änderungen, Anteilen oder Trends.</translation>
    </message>
    <message>
        <source>You are welcome.</source>
        <translation>Gern geschehen.</translation>
    </message>
    <message>
        <source>Goodbye!</source>
        <translation>Auf Wiedersehen!</translation>
    </message>
    <message>
        <source>I only read charts; load a general model for this.</source>
        <translation>Ich lese nur Diagramme; laden Sie dafür ein allgemeines Modell.</translation>
    </message>
    <message>
        <source>The chart does not show that.</source>
        <translation>Das zeigt das Diagramm nicht.</translation>
    </message>
    <message>
        <source>Bar chart</source>
        <translation>Balkendiagramm</translation>
    </message>
    <message>
        <source>Stacked bar chart</source>
        <translation>Gestapeltes Balkendiagramm</translation>
    </message>
    <message>
        <source>Bar chart of shares</source>
        <translation>Balkendiagramm der Anteile</translation>
    </message>
    <message>
        <source>Line chart</source>
        <translation>Liniendiagramm</translation>
    </message>
    <message>
        <source>Area chart</source>
        <translation>Flächendiagramm</translation>
    </message>
    <message>
        <source>Stacked area chart</source>
        <translation>Gestapeltes Flächendiagramm</translation>
    </message>
    <message>
        <source>Area chart of shares</source>
        <translation>Flächendiagramm der Anteile</translation>
    </message>
    <message>
        <source>Step chart</source>
        <translation>Stufendiagramm</translation>
    </message>
    <message>
        <source>Scatter plot</source>
        <translation>Streudiagramm</translation>
    </message>
    <message>
        <source>Pie chart</source>
        <translation>Kreisdiagramm</translation>
    </message>
    <message>
        <source>Donut chart</source>
        <translation>Ringdiagramm</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Box plot</source>
        <translation>Kastengrafik</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Chart of bars and lines</source>
        <translation>Balken- und Liniendiagramm</translation>
    </message>
    <message>
        <source>Small multiples</source>
        <translation>Kleine Teildiagramme</translation>
    </message>
    <message>
        <source>Table</source>
        <comment>name of a sheet</comment>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>As read</source>
        <comment>name of a sheet</comment>
        <translation>Wie gelesen</translation>
    </message>
    <message>
        <source>There is not enough memory to write the workbook. Close other programs.</source>
        <translation>Der Speicher reicht nicht, um die Arbeitsmappe zu schreiben. Schließen Sie andere Programme.</translation>
    </message>
</context>
<context>
    <name>ChartEditBar</name>
    <message>
        <source>Rows and series</source>
        <translation>Zeilen und Reihen</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Add a row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Reihe</translation>
    </message>
    <message>
        <source>Add a series</source>
        <translation>Reihe hinzufügen</translation>
    </message>
    <message>
        <source>Remove the row</source>
        <translation>Zeile entfernen</translation>
    </message>
    <message>
        <source>Remove the row %1</source>
        <translation>Zeile %1 entfernen</translation>
    </message>
    <message>
        <source>Remove the series</source>
        <translation>Reihe entfernen</translation>
    </message>
    <message>
        <source>Remove the series %1</source>
        <translation>Reihe %1 entfernen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>As read</source>
        <translation>Wie gelesen</translation>
    </message>
    <message>
        <source>Back to the table as it was read</source>
        <translation>Zurück zur Tabelle, wie sie gelesen wurde</translation>
    </message>
</context>
<context>
    <name>ChartFileButtons</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>For a spreadsheet (TSV)</source>
        <translation>Für Tabellenkalkulation</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>Diagramm speichern</translation>
    </message>
    <message>
        <source>Workbook (XLSX)</source>
        <translation>Arbeitsmappe (XLSX)</translation>
    </message>
    <message>
        <source>Chart drawn anew (SVG)</source>
        <translation>Neu gezeichnet (SVG)</translation>
    </message>
    <message>
        <source>Picture with the table (PNG)</source>
        <translation>Bild mit Tabelle (PNG)</translation>
    </message>
</context>
<context>
    <name>ChartHead</name>
    <message>
        <source>Table over the picture</source>
        <translation>Tabelle über dem Bild</translation>
    </message>
    <message>
        <source>Draws the numbers where they belong by the chart&apos;s axes, and shows how far that is from their marks</source>
        <translation>Zeichnet die Zahlen dorthin, wo sie nach den Achsen hingehören, und zeigt den Abstand zu ihren Marken</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Edit the table</source>
        <translation>Tabelle bearbeiten</translation>
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
    <name>ChartTableView</name>
    <message>
        <source>Table of the chart %1</source>
        <translation>Tabelle zum Diagramm %1</translation>
    </message>
</context>
<context>
    <name>ChatController</name>
    <message>
        <source>The model %1 reads charts and cannot chat: attach a picture of a chart, or load a model that chats (a GGUF file).</source>
        <translation>Das Modell %1 liest Diagramme und kann nicht plaudern: Hängen Sie das Bild eines Diagramms an, oder laden Sie ein Modell für Gespräche (eine GGUF-Datei).</translation>
    </message>
    <message>
        <source>The model %1 reads one chart at a time: send the pictures one after the other.</source>
        <translation>Das Modell %1 liest immer nur ein Diagramm: Senden Sie die Bilder nacheinander.</translation>
    </message>
    <message>
        <source>The model %1 reads text only. Ask without the picture, or load a model that reads pictures.</source>
        <translation>Das Modell %1 liest nur Text. Fragen Sie ohne das Bild, oder laden Sie ein Modell, das Bilder liest.</translation>
    </message>
    <message>
        <source>The model %1 reads charts only, not documents: attach a page as a picture, or load a model that chats (a GGUF file).</source>
        <translation>Das Modell %1 liest nur Diagramme, keine Dokumente: Hängen Sie eine Seite als Bild an, oder laden Sie ein Modell, das sich unterhält (eine GGUF-Datei).</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
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
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Settings of this conversation (Ctrl+,)</source>
        <translation>Einstellungen dieser Unterhaltung (Strg+,)</translation>
    </message>
    <message>
        <source>Save the code</source>
        <translation>Code speichern</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Pictures and documents (%1)</source>
        <translation>Bilder und Dokumente (%1)</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Files of this kind (%1)</source>
        <translation>Dateien dieser Art (%1)</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>Diagramm speichern</translation>
    </message>
    <message>
        <source>Close the panel of experts (Ctrl+E)</source>
        <translation>Expertenrunde schließen (Strg+E)</translation>
    </message>
    <message>
        <source>Panel of experts (Ctrl+E)</source>
        <translation>Expertenrunde (Strg+E)</translation>
    </message>
    <message>
        <source>Find in this conversation (Ctrl+F)</source>
        <translation>In dieser Unterhaltung finden (Strg+F)</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>This conversation</source>
        <translation>Diese Unterhaltung</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Preset %1</source>
        <translation>Vorlage %1</translation>
    </message>
    <message>
        <source>Name of a new preset</source>
        <translation>Name einer neuen Vorlage</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern als …</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>Als Vorlage speichern</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove this preset</source>
        <translation>Diese Vorlage entfernen</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemanweisung</translation>
    </message>
    <message>
        <source>Told before the first question</source>
        <translation>Gilt vor der ersten Frage</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0 answers the same each time; higher is more varied.</source>
        <translation>0 antwortet jedes Mal gleich; höher ist abwechslungsreicher.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Chooses among the likeliest words that make up this share.</source>
        <translation>Wählt unter den wahrscheinlichsten Wörtern, die diesen Anteil ausmachen.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leaves out words less likely than this share of the best one.</source>
        <translation>Lässt Wörter aus, die unwahrscheinlicher sind als dieser Anteil des besten.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Chooses among so many words at most; 0: all.</source>
        <translation>Wählt unter höchstens so vielen Wörtern; 0: unter allen.</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Above 1 the model repeats itself less.</source>
        <translation>Über 1 wiederholt sich das Modell weniger.</translation>
    </message>
    <message>
        <source>Longest answer, in tokens</source>
        <translation>Längste Antwort, in Token</translation>
    </message>
    <message>
        <source>A token is about three quarters of a word.</source>
        <translation>Ein Token ist etwa drei Viertel eines Wortes.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Another one for each answer</source>
        <translation>Für jede Antwort ein anderer</translation>
    </message>
    <message>
        <source>Always answered by %1</source>
        <translation>Immer von %1 beantwortet</translation>
    </message>
    <message>
        <source>Always answer with the model loaded now</source>
        <translation>Immer mit dem jetzt geladenen Modell antworten</translation>
    </message>
    <message>
        <source>Back to the usual settings</source>
        <translation>Zurück zu den üblichen Einstellungen</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Save the code as a file</source>
        <translation>Code als Datei speichern</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Code: %1</source>
        <translation>Code: %1</translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>Ctrl</source>
        <translation>Strg</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Umschalt</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>What would you like to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing of that name.</source>
        <translation>Nichts mit diesem Namen.</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Attach files…</source>
        <translation>Dateien anhängen…</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>Letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Settings of this conversation</source>
        <translation>Einstellungen dieser Unterhaltung</translation>
    </message>
    <message>
        <source>Rename this conversation</source>
        <translation>Diese Unterhaltung umbenennen</translation>
    </message>
    <message>
        <source>Delete this conversation</source>
        <translation>Diese Unterhaltung löschen</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Löschen rückgängig machen</translation>
    </message>
    <message>
        <source>Export this conversation…</source>
        <translation>Diese Unterhaltung exportieren…</translation>
    </message>
    <message>
        <source>Search all conversations</source>
        <translation>Alle Unterhaltungen durchsuchen</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>Nächster Teil des Fensters</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Everything that can be done</source>
        <translation>Alles, was sich tun lässt</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Log and report</source>
        <translation>Protokoll und Bericht</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>Kurze Führung</translation>
    </message>
    <message>
        <source>Show or hide the conversations</source>
        <translation>Unterhaltungen ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <source>Theme: as the system</source>
        <translation>Aussehen: wie das System</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>Aussehen: hell</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>Aussehen: dunkel</translation>
    </message>
    <message>
        <source>Theme: high contrast</source>
        <translation>Aussehen: hoher Kontrast</translation>
    </message>
    <message>
        <source>Go online</source>
        <translation>Online gehen</translation>
    </message>
    <message>
        <source>Go offline</source>
        <translation>Offline gehen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>New window</source>
        <translation>Neues Fenster</translation>
    </message>
    <message>
        <source>Show or hide the panel of experts</source>
        <translation>Expertenrunde zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Find in this conversation</source>
        <translation>In dieser Unterhaltung finden</translation>
    </message>
    <message>
        <source>Next place found</source>
        <translation>Nächste Fundstelle</translation>
    </message>
    <message>
        <source>Place found before</source>
        <translation>Vorige Fundstelle</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Drop, paste or attach a chart</source>
        <translation>Diagramm ablegen, einfügen oder anhängen</translation>
    </message>
    <message>
        <source>Ask, or drop files</source>
        <translation>Fragen, oder Dateien ablegen</translation>
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
    <message>
        <source>Attach files (Ctrl+O)</source>
        <translation>Dateien anhängen (Strg+O)</translation>
    </message>
    <message>
        <source>Drop a chart, or ask about one</source>
        <translation>Diagramm hereinziehen oder danach fragen</translation>
    </message>
</context>
<context>
    <name>ConnectionList</name>
    <message>
        <source>No connection was made since the program was started.</source>
        <translation>Seit dem Programmstart wurde keine Verbindung aufgebaut.</translation>
    </message>
    <message>
        <source>Connections since the program was started:</source>
        <translation>Verbindungen seit dem Programmstart:</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>read: name at least one picture</source>
        <translation>read: Mindestens ein Bild angeben</translation>
    </message>
    <message>
        <source>models describe: name one model file</source>
        <translation>models describe: Eine Modelldatei angeben</translation>
    </message>
    <message>
        <source>models forecast: name one model file</source>
        <translation>models forecast: Eine Modelldatei angeben</translation>
    </message>
    <message>
        <source>models get: name one model of the catalogue, a web address or a repository</source>
        <translation>models get: Ein Modell aus dem Katalog, eine Webadresse oder ein Repository angeben</translation>
    </message>
    <message>
        <source>models verify: name at least one model file</source>
        <translation>models verify: Mindestens eine Modelldatei angeben</translation>
    </message>
    <message>
        <source>chat: unexpected argument %1</source>
        <translation>chat: unerwartetes Argument %1</translation>
    </message>
    <message>
        <source>bench: unexpected argument %1; name the model with --model FILE</source>
        <translation>bench: unerwartetes Argument %1; das Modell wird mit --model DATEI angegeben</translation>
    </message>
    <message>
        <source>synth: name a --shape and one file to write</source>
        <translation>synth: Eine Form (--shape) und eine zu schreibende Datei angeben</translation>
    </message>
    <message>
        <source>read: choose either --json or --csv</source>
        <translation>read: Entweder --json oder --csv wählen</translation>
    </message>
    <message>
        <source>models: the commands are list, describe, forecast, get and verify</source>
        <translation>models: Die Befehle sind list, describe, forecast, get und verify</translation>
    </message>
    <message>
        <source>unknown option %1, or one without its value</source>
        <translation>unbekannte Option %1, oder eine ohne ihren Wert</translation>
    </message>
    <message>
        <source>not measurable here</source>
        <translation>hier nicht messbar</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>The built-in model is missing from this installation. Install the program again, or name a model with --model FILE.</source>
        <translation>Das eingebaute Modell fehlt in dieser Installation. Installieren Sie das Programm neu, oder geben Sie mit --model DATEI ein Modell an.</translation>
    </message>
    <message>
        <source>Stopped. What has come is kept; the same command goes on.</source>
        <translation>Angehalten. Was angekommen ist, bleibt; derselbe Befehl setzt fort.</translation>
    </message>
    <message>
        <source>models get: --proxy is http://HOST:PORT or socks5://HOST:PORT, --mirror a web address</source>
        <translation>models get: --proxy ist http://RECHNER:PORT oder socks5://RECHNER:PORT, --mirror eine Webadresse</translation>
    </message>
    <message>
        <source>%1 is not the file that it should be: its SHA-256 is %2 instead of %3. Fetch it again.</source>
        <translation>%1 ist nicht die Datei, die es sein sollte: Ihr SHA-256 ist %2 statt %3. Laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>%1: no chart was found in the picture.</source>
        <translation>%1: Im Bild wurde kein Diagramm gefunden.</translation>
    </message>
    <message>
        <source>%1: the answer did not come to its end; what was read is printed.</source>
        <translation>%1: Die Antwort kam nicht an ihr Ende; ausgegeben wird, was gelesen wurde.</translation>
    </message>
    <message>
        <source>The model %1 does not read charts. Leave out --model to use the built-in one.</source>
        <translation>Das Modell %1 liest keine Diagramme. Ohne --model wird das eingebaute benutzt.</translation>
    </message>
    <message>
        <source>Usage: conclave [--model FILE] [PICTURE]            open the window
       conclave read [--model FILE] [--looks N] [--json|--csv] PICTURE...
       conclave chat [--model FILE [--projector FILE]] [--memory GB] [--speculate]
                     [--device cpu|cuda|vulkan[:N,...]] [--card-layers N] [--card-memory GB] [--json]
                                                     a question a line; /picture FILE [question], /new, /quit
       conclave models list [--catalogue] [--json] [FOLDER...]
       conclave models describe [--projector FILE] [--json] FILE
       conclave models forecast [--context N] [--memory GB] [--kv8] [--projector FILE] [--check] [--json] FILE
       conclave models get [--to FOLDER] [--proxy URL] [--mirror URL] [--json] NAME|URL|OWNER/REPOSITORY[:FILE]
       conclave models verify [--json] FILE...
       conclave bench [--model FILE] [--prefill N,...] [--depth N,...] [--batch N,...] [--ahead N,...]
                      [--tokens N] [--repeats N] [--threads N] [--device cpu|cuda|vulkan[:N,...]] [--kv8] [--experts SHARE]
                      [--memory GB] [--card-layers N] [--card-memory GB] [--json]
       conclave synth --shape NAME [--type NAME] [--layers N] [--mtp] [--hole] FILE
       conclave --help | --version

read prints the table behind each chart and a summary. With --json: one object, for several pictures one a line;
--looks 1 reads faster, and worse, than the three looks at each picture that it usually takes.
chat --json prints an object for each answer; --speculate computes likely tokens ahead where that pays.
The built-in model reads charts; --model loads a GGUF file instead. A model that sees has its eyes in a projector
file: mmproj*.gguf beside it, or --projector.
models list shows the models on this machine (folders named are remembered), with --catalogue those worth fetching; forecast tells
what one will take and how fast it will be before it is loaded, with --check also what comes true; get fetches one and checks
every byte; verify checks again.
bench measures a model on this machine: prompts, answers after so much context, with --batch so many answers together,
with --ahead passes that take so many tokens more, as speculation does, and how often they must come true to pay,
with --experts only as many experts a token as have this share (0 to 1) of their router&apos;s scores.
--memory is the most that a model may take: experts that do not fit are read from disk when they are chosen.
--device names what computes, cuda:1,0 the cards of the driver&apos;s list in this order; else as many take part as are needed. Of a
model that is larger than the cards (or than --card-memory of each) as many layers as fit lie there, or the last --card-layers of
them, and the processor computes the others.
synth writes a model file with random weights in the shape of a known model, with --mtp the block that foretells tokens too.
Conversations are kept in $CONCLAVE_HOME or the platform&apos;s data folder.
Exit status: 0 done, 1 something failed (said on stderr), 2 wrong usage.
</source>
        <translation>Aufruf: conclave [--model DATEI] [BILD]             öffnet das Fenster
        conclave read [--model DATEI] [--looks N] [--json|--csv] BILD...
        conclave chat [--model DATEI [--projector DATEI]] [--memory GB] [--speculate]
                      [--device cpu|cuda|vulkan[:N,...]] [--card-layers N] [--card-memory GB] [--json]
                                                     eine Frage je Zeile; /picture DATEI [Frage], /new, /quit
        conclave models list [--catalogue] [--json] [ORDNER...]
        conclave models describe [--projector DATEI] [--json] DATEI
        conclave models forecast [--context N] [--memory GB] [--kv8] [--projector DATEI] [--check] [--json] DATEI
        conclave models get [--to ORDNER] [--proxy URL] [--mirror URL] [--json] NAME|URL|BESITZER/REPOSITORY[:DATEI]
        conclave models verify [--json] DATEI...
        conclave bench [--model DATEI] [--prefill N,...] [--depth N,...] [--batch N,...] [--ahead N,...]
                       [--tokens N] [--repeats N] [--threads N] [--device cpu|cuda|vulkan[:N,...]] [--kv8] [--experts ANTEIL]
                       [--memory GB] [--card-layers N] [--card-memory GB] [--json]
        conclave synth --shape NAME [--type NAME] [--layers N] [--mtp] [--hole] DATEI
        conclave --help | --version

read gibt die Tabelle hinter jedem Diagramm und eine Zusammenfassung aus. Mit --json: ein Objekt, bei mehreren Bildern eines je
Zeile; chat --json gibt für jede Antwort ein Objekt aus; --speculate rechnet wahrscheinliche Tokens voraus, wo sich das lohnt.
--looks 1 liest schneller, und schlechter, als die drei Blicke auf jedes Bild, die es sonst braucht.
Das eingebaute Modell liest Diagramme; --model lädt stattdessen eine GGUF-Datei. Ein Modell, das sieht, hat seine Augen in einer
Projektordatei: mmproj*.gguf daneben, oder --projector.
models list zeigt die Modelle auf diesem Rechner (genannte Ordner bleiben gemerkt), mit --catalogue die, die sich lohnen; forecast
sagt, was eines brauchen und wie schnell es sein wird, bevor es geladen ist, mit --check auch, was eintrifft; get holt eines und
prüft jedes Byte; verify prüft noch einmal.
bench misst ein Modell auf diesem Rechner: Prompts, Antworten nach so viel Kontext, mit --batch so viele Antworten zugleich,
mit --ahead Durchgänge, die so viele Tokens mehr nehmen, wie es das Vorausrechnen tut, und wie oft sie eintreffen müssen, damit es lohnt,
mit --experts je Token nur so viele Experten, wie diesen Anteil (0 bis 1) an den Werten ihres Routers haben.
--memory ist das Meiste, was ein Modell nehmen darf: Experten, die nicht hineinpassen, werden von der Platte gelesen, wenn sie gewählt sind.
--device nennt, was rechnet, cuda:1,0 die Karten aus der Liste des Treibers in dieser Reihenfolge; sonst so viele, wie nötig sind. Von
einem Modell, das größer ist als die Karten (oder als --card-memory von jeder), liegen so viele Schichten dort, wie hineinpassen, oder
die letzten --card-layers davon, und die übrigen rechnet der Prozessor.
synth schreibt eine Modelldatei mit zufälligen Gewichten in der Form eines bekannten Modells, mit --mtp auch den Block,
der Tokens vorhersagt.
Unterhaltungen liegen in $CONCLAVE_HOME oder im Datenordner des Systems.
Rückgabewert: 0 getan, 1 etwas misslang (steht auf stderr), 2 falscher Aufruf.
</translation>
    </message>
    <message>
        <source>Left out as uncertain:</source>
        <translation>Als unsicher weggelassen:</translation>
    </message>
    <message>
        <source>? uncertain</source>
        <translation>? unsicher</translation>
    </message>
</context>
<context>
    <name>ContextLine</name>
    <message>
        <source>Context: %1</source>
        <translation>Kontext: %1</translation>
    </message>
</context>
<context>
    <name>ContextPanel</name>
    <message>
        <source>Leave out the oldest turn</source>
        <translation>Die älteste Runde weglassen</translation>
    </message>
    <message>
        <source>Leave out the %1 oldest turns</source>
        <translation>Die %1 ältesten Runden weglassen</translation>
    </message>
    <message>
        <source>Larger context: %1 tokens</source>
        <translation>Größerer Kontext: %1 Token</translation>
    </message>
    <message>
        <source>Shorten the attachment</source>
        <translation>Den Anhang kürzen</translation>
    </message>
    <message>
        <source>New chat with this question</source>
        <translation>Neuer Chat mit dieser Frage</translation>
    </message>
</context>
<context>
    <name>ConversationDelegate</name>
    <message>
        <source>Name of the conversation</source>
        <translation>Name der Unterhaltung</translation>
    </message>
    <message>
        <source>Delete “%1”</source>
        <translation>„%1“ löschen</translation>
    </message>
    <message>
        <source>More for “%1”</source>
        <translation>Mehr zu „%1“</translation>
    </message>
</context>
<context>
    <name>ConversationMenu</name>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Nicht mehr anheften</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner …</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>Take out of the archive</source>
        <translation>Aus dem Archiv holen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>Webseite (HTML)</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Everything (JSON)</source>
        <translation>Alles (JSON)</translation>
    </message>
</context>
<context>
    <name>ConversationStore</name>
    <message>
        <source>The message could not be saved</source>
        <translation>Die Nachricht konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>The conversation could not be read</source>
        <translation>Die Unterhaltung konnte nicht gelesen werden</translation>
    </message>
    <message>
        <source>Your conversations could not be opened</source>
        <translation>Ihre Unterhaltungen konnten nicht geöffnet werden</translation>
    </message>
    <message>
        <source>The list of conversations could not be read</source>
        <translation>Die Liste der Unterhaltungen konnte nicht gelesen werden</translation>
    </message>
    <message>
        <source>The conversation could not be begun</source>
        <translation>Die Unterhaltung konnte nicht begonnen werden</translation>
    </message>
    <message>
        <source>The conversation could not be renamed</source>
        <translation>Die Unterhaltung konnte nicht umbenannt werden</translation>
    </message>
    <message>
        <source>The conversation could not be removed</source>
        <translation>Die Unterhaltung konnte nicht gelöscht werden</translation>
    </message>
    <message>
        <source>The answer could not be saved</source>
        <translation>Die Antwort konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>%1: its conversation was removed.</source>
        <translation>%1: Ihre Unterhaltung wurde gelöscht.</translation>
    </message>
    <message>
        <source>%1: %2 is damaged again right after it was begun. Check the disk.</source>
        <translation>%1: %2 ist gleich nach dem Anlegen wieder beschädigt. Bitte den Datenträger prüfen.</translation>
    </message>
    <message>
        <source>%1: the folder %2 cannot be made. Choose another with CONCLAVE_HOME.</source>
        <translation>%1: Der Ordner %2 kann nicht angelegt werden. Wählen Sie mit CONCLAVE_HOME einen anderen.</translation>
    </message>
    <message>
        <source>%1: %2 is read-only. Nothing was changed. Make it writable, or choose another folder with CONCLAVE_HOME.</source>
        <translation>%1: %2 ist schreibgeschützt. Nichts wurde geändert. Machen Sie es beschreibbar, oder wählen Sie mit CONCLAVE_HOME einen anderen Ordner.</translation>
    </message>
    <message>
        <source>%1: Qt&apos;s SQLite driver is not installed.</source>
        <translation>%1: Der SQLite-Treiber von Qt ist nicht installiert.</translation>
    </message>
    <message>
        <source>%1: %2 is damaged and another program is using it. Close it, then try again.</source>
        <translation>%1: %2 ist beschädigt und wird von einem anderen Programm benutzt. Schließen Sie es und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>%1: %2 is damaged and cannot be moved aside. Move it away by hand.</source>
        <translation>%1: %2 ist beschädigt und lässt sich nicht beiseitelegen. Verschieben Sie die Datei von Hand.</translation>
    </message>
    <message>
        <source>The file of your conversations was damaged and could not be read. It was kept as %1, and a new one was begun.</source>
        <translation>Die Datei Ihrer Unterhaltungen war beschädigt und nicht lesbar. Sie wurde als %1 aufbewahrt, und eine neue wurde begonnen.</translation>
    </message>
    <message>
        <source>What you write now is gone when the program ends.</source>
        <translation>Was Sie jetzt schreiben, geht mit dem Ende des Programms verloren.</translation>
    </message>
    <message>
        <source>%1: the disk that holds %2 is full. What was saved before is kept. Free some space, then try again.</source>
        <translation>%1: Der Datenträger mit %2 ist voll. Früher Gespeichertes bleibt. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>%1: the disk reported an error for %2. What was saved before is kept. Check the disk and its free space.</source>
        <translation>%1: Der Datenträger meldete einen Fehler bei %2. Früher Gespeichertes bleibt. Prüfen Sie den Datenträger und seinen freien Platz.</translation>
    </message>
    <message>
        <source>%1: %2 cannot be opened for writing. Check the permissions of the file and its folder.</source>
        <translation>%1: %2 kann nicht zum Schreiben geöffnet werden. Prüfen Sie die Rechte der Datei und ihres Ordners.</translation>
    </message>
    <message>
        <source>%1: another program is using %2. Close it, then try again.</source>
        <translation>%1: Ein anderes Programm benutzt %2. Schließen Sie es und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>%1: %2 is damaged. Restart the program: it sets the file aside and begins a new one.</source>
        <translation>%1: %2 ist beschädigt. Starten Sie das Programm neu: Es legt die Datei beiseite und beginnt eine neue.</translation>
    </message>
    <message>
        <source>%1: %2 (%3).</source>
        <translation>%1: %2 (%3).</translation>
    </message>
    <message>
        <source>The conversation could not be changed</source>
        <translation>Die Unterhaltung konnte nicht geändert werden</translation>
    </message>
    <message>
        <source>The folder could not be changed</source>
        <translation>Der Ordner konnte nicht geändert werden</translation>
    </message>
    <message>
        <source>The settings could not be saved</source>
        <translation>Die Einstellungen konnten nicht gespeichert werden</translation>
    </message>
    <message>
        <source>What you are writing could not be saved</source>
        <translation>Was Sie gerade schreiben, konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>The presets could not be read</source>
        <translation>Die Vorlagen konnten nicht gelesen werden</translation>
    </message>
    <message>
        <source>%1 was written by a newer version of Conclave. You can read your conversations; nothing is changed in them, so nothing new can be saved. Update the program, or choose another folder with CONCLAVE_HOME.</source>
        <translation>%1 stammt von einer neueren Version von Conclave. Sie können Ihre Unterhaltungen lesen; an ihnen wird nichts geändert, also lässt sich auch nichts Neues speichern. Aktualisieren Sie das Programm, oder wählen Sie mit CONCLAVE_HOME einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Your conversations could not be copied before the update</source>
        <translation>Ihre Unterhaltungen konnten vor der Aktualisierung nicht kopiert werden</translation>
    </message>
    <message>
        <source>%1: %2 cannot be written. Nothing was changed.</source>
        <translation>%1: %2 kann nicht geschrieben werden. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>The conversations could not be searched</source>
        <translation>Die Unterhaltungen konnten nicht durchsucht werden</translation>
    </message>
    <message>
        <source>The conversation could not be imported</source>
        <translation>Die Unterhaltung konnte nicht importiert werden</translation>
    </message>
    <message>
        <source>The file could not be kept in %1: %2. Nothing was sent and what was saved before is kept. Free some space, then try again.</source>
        <translation>Die Datei konnte nicht in %1 abgelegt werden: %2. Nichts wurde gesendet, und was vorher gespeichert war, bleibt erhalten. Schaffen Sie etwas Platz, dann versuchen Sie es noch einmal.</translation>
    </message>
</context>
<context>
    <name>ConversationTransfer</name>
    <message>
        <source>%1 could not be imported: %2 Nothing of it was taken.</source>
        <translation>%1 konnte nicht importiert werden: %2 Nichts daraus wurde übernommen.</translation>
    </message>
    <message>
        <source>it holds no conversations of this program, of ChatGPT (conversations.json) or of LM Studio.</source>
        <translation>Die Datei enthält keine Unterhaltungen dieses Programms, von ChatGPT (conversations.json) oder von LM Studio.</translation>
    </message>
    <message>
        <source>it was written by a newer version of the program.</source>
        <translation>Sie wurde von einer neueren Version des Programms geschrieben.</translation>
    </message>
    <message>
        <source>the messages of “%1” do not fit together.</source>
        <translation>Die Nachrichten von „%1“ passen nicht zusammen.</translation>
    </message>
    <message>
        <source>it is no JSON (%1 at byte %2).</source>
        <translation>Sie ist kein JSON (%1 bei Byte %2).</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>Gedankengang</translation>
    </message>
    <message>
        <source>Several conversations together can be exported as JSON only.</source>
        <translation>Mehrere Unterhaltungen zusammen können nur als JSON exportiert werden.</translation>
    </message>
    <message>
        <source>A file with the ending “%1” cannot be exported. Choose .md, .json, .html or .pdf.</source>
        <translation>Eine Datei mit der Endung „%1“ kann nicht exportiert werden. Wählen Sie .md, .json, .html oder .pdf.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another place.</source>
        <translation>%1 konnte nicht geschrieben werden: %2. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>%1 could not be read: %2.</source>
        <translation>%1 konnte nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 is too large to be imported: more than 512 MB.</source>
        <translation>%1 ist zu groß zum Importieren: mehr als 512 MB.</translation>
    </message>
    <message>
        <source>Imported conversation</source>
        <translation>Importierte Unterhaltung</translation>
    </message>
    <message>
        <source>Exporting or importing was stopped.</source>
        <translation>Export oder Import wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1 (edited)</source>
        <translation>%1 (bearbeitet)</translation>
    </message>
</context>
<context>
    <name>DocumentChips</name>
    <message>
        <source>Document: %1</source>
        <translation>Dokument: %1</translation>
    </message>
    <message>
        <source>Opens what the model was told of it</source>
        <translation>Öffnet, was dem Modell davon gesagt wurde</translation>
    </message>
</context>
<context>
    <name>Documents</name>
    <message>
        <source>%1 is not a file. Attach the files in it one by one.</source>
        <translation>%1 ist keine Datei. Hängen Sie die Dateien darin einzeln an.</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB. Files of at most %3 MB can be attached.</source>
        <translation>%1 ist zu groß: %2 MB. Angehängt werden können Dateien von höchstens %3 MB.</translation>
    </message>
    <message>
        <source>%1 is an archive or an office document of a kind that is not read here. Save it as DOCX, XLSX or PDF, or unpack it and attach the files.</source>
        <translation>%1 ist ein Archiv oder ein Büro-Dokument einer Art, die hier nicht gelesen wird. Speichern Sie es als DOCX, XLSX oder PDF, oder entpacken Sie es und hängen die Dateien an.</translation>
    </message>
    <message>
        <source>%1 is empty. Save or download it again.</source>
        <translation>%1 ist leer. Speichern oder laden Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>%1 is in an old Office format or locked with a password. Open it in an office program and save it as DOCX, XLSX or PDF without a password.</source>
        <translation>%1 hat ein altes Office-Format oder ist mit einem Passwort geschützt. Öffnen Sie die Datei in einem Büroprogramm, und speichern Sie sie ohne Passwort als DOCX, XLSX oder PDF.</translation>
    </message>
    <message>
        <source>%1 is rich text (RTF), which is not read here. Save it as DOCX or PDF.</source>
        <translation>%1 ist formatierter Text (RTF), der hier nicht gelesen wird. Speichern Sie die Datei als DOCX oder PDF.</translation>
    </message>
    <message>
        <source>Reading was cancelled.</source>
        <translation>Das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 million characters of text, which no model takes in at once. Attach the part that matters as a file of its own.</source>
        <translation>%1 enthält mehr als %2 Millionen Zeichen Text; so viel nimmt kein Modell auf einmal auf. Hängen Sie den Teil, auf den es ankommt, als eigene Datei an.</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB. Documents of at most %3 MB are read. Attach the part that matters as a file of its own.</source>
        <translation>%1 ist zu groß: %2 MB. Gelesen werden Dokumente von höchstens %3 MB. Hängen Sie den Teil, auf den es ankommt, als eigene Datei an.</translation>
    </message>
    <message>
        <source>There is not enough memory to read %1. Close other programs, then try again.</source>
        <translation>Der Speicher reicht nicht, um %1 zu lesen. Schließen Sie andere Programme, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>%1 was refused: it defines abbreviations (XML entities), which office documents never do and harmful files use.</source>
        <translation>%1 wurde abgewiesen: Die Datei legt Abkürzungen (XML-Entitäten) fest, was Büro-Dokumente nie tun und schädliche Dateien benutzen.</translation>
    </message>
    <message>
        <source>%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.</source>
        <translation>%1 lässt sich nicht lesen: Die Datei ist beschädigt oder abgeschnitten (%2). Speichern oder laden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>%1 was refused: it points to a file outside of itself (%2), as harmful files do.</source>
        <translation>%1 wurde abgewiesen: Die Datei verweist auf eine Datei außerhalb ihrer selbst (%2), wie es schädliche Dateien tun.</translation>
    </message>
    <message>
        <source>%1 has %2 pages; at most %3 are read. Save the pages that matter as a file of their own.</source>
        <translation>%1 hat %2 Seiten; gelesen werden höchstens %3. Speichern Sie die Seiten, auf die es ankommt, als eigene Datei.</translation>
    </message>
    <message>
        <source>Pages without text: %1. They can be attached as pictures.</source>
        <translation>Seiten ohne Text: %1. Sie lassen sich als Bilder anhängen.</translation>
    </message>
    <message>
        <source>%1 cannot be read: the part of this program that reads such files is missing. Install the program again.</source>
        <translation>%1 lässt sich nicht lesen: Der Teil dieses Programms, der solche Dateien liest, fehlt. Installieren Sie das Programm noch einmal.</translation>
    </message>
    <message>
        <source>%1 takes longer than %2 minutes to read; it was given up. Save the pages that matter as a file of their own.</source>
        <translation>%1 zu lesen dauert länger als %2 Minuten; es wurde aufgegeben. Speichern Sie die Seiten, auf die es ankommt, als eigene Datei.</translation>
    </message>
    <message>
        <source>%1 cannot be read: the part of this program that reads such files did not start (%2).</source>
        <translation>%1 lässt sich nicht lesen: Der Teil dieses Programms, der solche Dateien liest, ist nicht gestartet (%2).</translation>
    </message>
    <message>
        <source>%1 could not be read: the part of this program that reads such files broke on it. The file is damaged or harmful; nothing else was touched.</source>
        <translation>%1 konnte nicht gelesen werden: Der Teil dieses Programms, der solche Dateien liest, ist daran zerbrochen. Die Datei ist beschädigt oder schädlich; sonst wurde nichts berührt.</translation>
    </message>
    <message>
        <source>%1 is locked with a password. Save it without one, then attach it.</source>
        <translation>%1 ist mit einem Passwort geschützt. Speichern Sie die Datei ohne, dann hängen Sie sie an.</translation>
    </message>
    <message>
        <source>A page of %1 cannot be drawn.</source>
        <translation>Eine Seite von %1 lässt sich nicht zeichnen.</translation>
    </message>
    <message>
        <source>%1 needs more memory than reading it is given.</source>
        <translation>%1 braucht mehr Speicher, als dem Lesen gegeben ist.</translation>
    </message>
    <message>
        <source>it breaks the rules of its kind</source>
        <translation>sie verletzt die Regeln ihrer Art</translation>
    </message>
    <message>
        <source>%1 holds no cells with content. Choose another file.</source>
        <translation>%1 enthält keine Zellen mit Inhalt. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 is of a kind that is not read here. Pictures, PDF, DOCX, XLSX and text files (Markdown, CSV, source code) can be attached.</source>
        <translation>%1 ist von einer Art, die hier nicht gelesen wird. Angehängt werden können Bilder, PDF, DOCX, XLSX und Textdateien (Markdown, CSV, Quelltext).</translation>
    </message>
    <message>
        <source>Read as Western European text (Windows-1252).</source>
        <translation>Als westeuropäischer Text gelesen (Windows-1252).</translation>
    </message>
    <message>
        <source>%1 holds no text. Choose another file.</source>
        <translation>%1 enthält keinen Text. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 holds no text. If its pages are pictures, save it as PDF and attach its pages as pictures.</source>
        <translation>%1 enthält keinen Text. Wenn seine Seiten Bilder sind, speichern Sie es als PDF und hängen die Seiten als Bilder an.</translation>
    </message>
    <message>
        <source>Pictures in it that are not read: %1.</source>
        <translation>Bilder darin, die nicht gelesen werden: %1.</translation>
    </message>
    <message>
        <source>%1 was refused: it unpacks to far more than its size, as harmful files do. If you trust it, save it as PDF and attach that.</source>
        <translation>%1 wurde abgewiesen: Entpackt wird die Datei viel größer, als sie ist, wie es schädliche Dateien tun. Wenn Sie ihr trauen, speichern Sie sie als PDF und hängen das an.</translation>
    </message>
    <message>
        <source>%1 was refused: it holds a file whose name leads out of it (%2), as harmful files do.</source>
        <translation>%1 wurde abgewiesen: Darin liegt eine Datei, deren Name hinausführt (%2), wie es schädliche Dateien tun.</translation>
    </message>
    <message>
        <source>%1 is missing in it</source>
        <translation>%1 fehlt darin</translation>
    </message>
</context>
<context>
    <name>DownloadRow</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Take it off this list; the model stays</source>
        <translation>Aus dieser Liste nehmen; das Modell bleibt</translation>
    </message>
    <message>
        <source>Stop, and remove what has come</source>
        <translation>Abbrechen und das Geladene entfernen</translation>
    </message>
</context>
<context>
    <name>Downloads</name>
    <message>
        <source>“%1” is neither the address of a file nor a repository such as owner/name.</source>
        <translation>„%1“ ist weder die Adresse einer Datei noch ein Repository wie besitzer/name.</translation>
    </message>
    <message>
        <source>“%1” is no repository.</source>
        <translation>„%1“ ist kein Repository.</translation>
    </message>
    <message>
        <source>List of a model&apos;s files</source>
        <translation>Liste der Dateien eines Modells</translation>
    </message>
    <message>
        <source>The program is offline.</source>
        <translation>Das Programm ist offline.</translation>
    </message>
    <message>
        <source>There is no such repository, or it is not open to everyone.</source>
        <translation>Dieses Repository gibt es nicht, oder es steht nicht allen offen.</translation>
    </message>
    <message>
        <source>%1 could not be asked: %2.</source>
        <translation>%1 konnte nicht gefragt werden: %2.</translation>
    </message>
    <message>
        <source>The repository %1 has no GGUF files.</source>
        <translation>Das Repository %1 hat keine GGUF-Dateien.</translation>
    </message>
    <message>
        <source>The repository %1 has no GGUF file with “%2” in its name, or not all of its parts.</source>
        <translation>Das Repository %1 hat keine GGUF-Datei mit „%2“ im Namen, oder nicht alle ihre Teile.</translation>
    </message>
    <message>
        <source>%1 stopped sending.</source>
        <translation>%1 sendet nicht mehr.</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 ist schon da.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>Download of a model</source>
        <translation>Herunterladen eines Modells</translation>
    </message>
    <message>
        <source>%1 is no address of the web.</source>
        <translation>%1 ist keine Webadresse.</translation>
    </message>
    <message>
        <source>%1 sends from one address to the next without end.</source>
        <translation>%1 schickt endlos von einer Adresse zur nächsten.</translation>
    </message>
    <message>
        <source>%1 sends to an address that is not safe.</source>
        <translation>%1 schickt zu einer Adresse, die nicht sicher ist.</translation>
    </message>
    <message>
        <source>%1 does not give this file to everyone. Its page may ask you to sign in or to accept a licence; download it there and drop it on this window.</source>
        <translation>%1 gibt diese Datei nicht allen. Vielleicht verlangt ihre Seite eine Anmeldung oder die Zustimmung zu einer Lizenz; laden Sie sie dort herunter und ziehen Sie sie auf dieses Fenster.</translation>
    </message>
    <message>
        <source>%1 does not have this file (any more).</source>
        <translation>%1 hat diese Datei nicht (mehr).</translation>
    </message>
    <message>
        <source>%1 is busy (%2).</source>
        <translation>%1 ist überlastet (%2).</translation>
    </message>
    <message>
        <source>%1 answers in a way that makes no sense for a file (%2).</source>
        <translation>%1 antwortet auf eine Weise, die für eine Datei keinen Sinn ergibt (%2).</translation>
    </message>
    <message>
        <source>%1 sent a web page instead of the file.</source>
        <translation>%1 hat statt der Datei eine Webseite geschickt.</translation>
    </message>
    <message>
        <source>%1 sent the file in a form that was not asked for.</source>
        <translation>%1 hat die Datei in einer Form geschickt, die nicht verlangt war.</translation>
    </message>
    <message>
        <source>The file on %1 has changed.</source>
        <translation>Die Datei auf %1 hat sich geändert.</translation>
    </message>
    <message>
        <source>%1 sent another part of the file than was asked for.</source>
        <translation>%1 hat einen anderen Teil der Datei geschickt als verlangt.</translation>
    </message>
    <message>
        <source>%1 has another file than before.</source>
        <translation>%1 hat eine andere Datei als zuvor.</translation>
    </message>
    <message>
        <source>%1 has another file under this name: its SHA-256 is not the one that was expected. Nothing was kept of it.</source>
        <translation>%1 hat unter diesem Namen eine andere Datei: Ihr SHA-256 ist nicht das erwartete. Nichts davon wurde behalten.</translation>
    </message>
    <message>
        <source>%1 has another file under this name: %2 bytes instead of %3.</source>
        <translation>%1 hat unter diesem Namen eine andere Datei: %2 Bytes statt %3.</translation>
    </message>
    <message>
        <source>%1 sends the file differently each time.</source>
        <translation>%1 schickt die Datei jedes Mal anders.</translation>
    </message>
    <message>
        <source>%1 sent more than it had announced.</source>
        <translation>%1 hat mehr geschickt als angekündigt.</translation>
    </message>
    <message>
        <source>What %1 sends is no model file.</source>
        <translation>Was %1 schickt, ist keine Modelldatei.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2. What has come is kept.</source>
        <translation>%1 kann nicht geschrieben werden: %2. Was geladen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>%1 needs %2 more, and %3 are free on its disk. Make room, or choose another folder; what has come is kept.</source>
        <translation>%1 braucht noch %2, und auf der Platte sind %3 frei. Schaffen Sie Platz oder wählen Sie einen anderen Ordner; was geladen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The connection to %1 broke: %2.</source>
        <translation>Die Verbindung zu %1 ist abgebrochen: %2.</translation>
    </message>
    <message>
        <source>The connection to %1 ended early.</source>
        <translation>Die Verbindung zu %1 endete vorzeitig.</translation>
    </message>
    <message>
        <source>What has come is kept; try again later.</source>
        <translation>Was geladen ist, bleibt erhalten; versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>The bytes of %1 are not those that they should be (SHA-256 %2 instead of %3). Nothing was kept; try again, or use another address.</source>
        <translation>Die Bytes von %1 sind nicht die, die sie sein sollten (SHA-256 %2 statt %3). Nichts wurde behalten; versuchen Sie es noch einmal oder mit einer anderen Adresse.</translation>
    </message>
    <message>
        <source>%1 could not get its name. Is there another file of that name?</source>
        <translation>%1 konnte seinen Namen nicht erhalten. Gibt es eine andere Datei dieses Namens?</translation>
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
        <source>Drop a chart or a document here</source>
        <translation>Hier ein Diagramm oder Dokument ablegen</translation>
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
    <name>Engine</name>
    <message>
        <source>The file &quot;%1&quot; does not exist. Check where it was moved, or download it again.</source>
        <translation>Die Datei „%1“ gibt es nicht. Prüfen Sie, wohin sie verschoben wurde, oder laden Sie sie erneut herunter.</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; is a folder. Choose a model file inside it.</source>
        <translation>„%1“ ist ein Ordner. Wählen Sie eine Modelldatei darin.</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; cannot be read. Check its permissions.</source>
        <translation>Die Datei „%1“ kann nicht gelesen werden. Prüfen Sie ihre Zugriffsrechte.</translation>
    </message>
    <message>
        <source>The file &quot;%1&quot; is empty. The download did not finish; download it again.</source>
        <translation>Die Datei „%1“ ist leer. Der Download wurde nicht fertig; laden Sie sie erneut herunter.</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; ends early, at %2. The download is incomplete; download it again.</source>
        <translation>Die Modelldatei „%1“ endet zu früh. Der Download ist unvollständig; laden Sie sie erneut herunter.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a GGUF model file. %2 Choose a .gguf file, or download it again.</source>
        <translation>„%1“ ist keine GGUF-Modelldatei. %2 Wählen Sie eine .gguf-Datei oder laden Sie sie erneut herunter.</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; cannot be used: it is the first of %2 files, and &quot;%3&quot; is missing. Put all of them into one folder.</source>
        <translation>Die Modelldatei „%1“ ist so nicht brauchbar: Sie ist die erste von %2 Dateien, und „%3“ fehlt. Legen Sie alle in einen Ordner.</translation>
    </message>
    <message>
        <source>The model file &quot;%1&quot; has the architecture &quot;%2&quot;, which this version cannot run. It runs %3.</source>
        <translation>Die Modelldatei „%1“ hat die Architektur „%2“, die diese Version nicht ausführen kann. Ausgeführt werden: %3.</translation>
    </message>
    <message>
        <source>There is not enough memory to load the model. Close other programs or choose a smaller one.</source>
        <translation>Der Speicher reicht nicht, um das Modell zu laden. Schließen Sie andere Programme oder wählen Sie ein kleineres.</translation>
    </message>
    <message>
        <source>There is not enough memory %1.</source>
        <translation>Der Speicher reicht nicht (%1).</translation>
    </message>
    <message>
        <source>The conversation is too long for the model: it takes %1 tokens and the answer at least one, and the context holds %2. Nothing was cut. Shorten it, or start a new conversation.</source>
        <translation>Die Unterhaltung ist zu lang für das Modell: Sie braucht %1 Token und die Antwort mindestens eines, der Kontext fasst %2. Nichts wurde gekürzt. Kürzen Sie sie oder beginnen Sie eine neue.</translation>
    </message>
    <message>
        <source>The context is full: %1 more tokens are needed and %2 are available.</source>
        <translation>Der Kontext ist voll: %1 weitere Token werden gebraucht, %2 sind frei.</translation>
    </message>
    <message>
        <source>There is no question to answer.</source>
        <translation>Es gibt keine Frage, die zu beantworten wäre.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>Die Antwort wurde angehalten.</translation>
    </message>
    <message>
        <source>The processor computes, not &quot;%1&quot;: %2.</source>
        <translation>Es rechnet der Prozessor, nicht „%1“: %2.</translation>
    </message>
    <message>
        <source>The processor computes since &quot;%1&quot; had no memory left: %2.</source>
        <translation>Es rechnet der Prozessor, seit „%1“ keinen Speicher mehr hatte: %2.</translation>
    </message>
    <message>
        <source>The processor computes since &quot;%1&quot; failed: %2.</source>
        <translation>Es rechnet der Prozessor, seit „%1“ ausfiel: %2.</translation>
    </message>
    <message>
        <source>The card has less memory than it said: %1 of %2 layers lie there.</source>
        <translation>Die Karte hat weniger Speicher, als sie angab: Dort liegen %1 von %2 Schichten.</translation>
    </message>
    <message>
        <source>%1 layers were wanted on the card, which has room for %2 of %3.</source>
        <translation>Auf die Karte sollten %1 Schichten, sie hat Platz für %2 von %3.</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; has no memory left for this answer. The answer ends here and the conversation is kept; the processor computes the next one.</source>
        <translation>Die Karte „%1“ hat für diese Antwort keinen Speicher mehr. Die Antwort endet hier, die Unterhaltung bleibt; die nächste rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; does not answer any more. The answer ends here and the conversation is kept; the processor computes the next one.</source>
        <translation>Die Karte „%1“ antwortet nicht mehr. Die Antwort endet hier, die Unterhaltung bleibt; die nächste rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; has no memory left for this answer. The processor cannot take over: %2</source>
        <translation>Die Karte „%1“ hat für diese Antwort keinen Speicher mehr. Der Prozessor kann sie nicht übernehmen: %2</translation>
    </message>
    <message>
        <source>The card &quot;%1&quot; does not answer any more. The processor cannot take over: %2</source>
        <translation>Die Karte „%1“ antwortet nicht mehr. Der Prozessor kann nicht übernehmen: %2</translation>
    </message>
    <message>
        <source>The card failed while this answer was made. The processor computes from now on; ask again.</source>
        <translation>Die Karte fiel aus, während diese Antwort entstand. Ab jetzt rechnet der Prozessor; fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>A card has less memory than it said: %1 of %2 layers lie on cards.</source>
        <translation>Eine Karte hat weniger Speicher, als sie sagte: Auf Karten liegen %1 von %2 Schichten.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is left out: %2.</source>
        <translation>„%1“ bleibt außen vor: %2.</translation>
    </message>
</context>
<context>
    <name>ExpertsPane</name>
    <message>
        <source>Panel of experts</source>
        <translation>Expertenrunde</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Close the panel of experts (Ctrl+E)</source>
        <translation>Expertenrunde schließen (Strg+E)</translation>
    </message>
    <message>
        <source>Utilisation</source>
        <translation>Auslastung</translation>
    </message>
    <message>
        <source>How evenly the tokens are spread over the experts: 100 % when all work alike.</source>
        <translation>Wie gleichmäßig sich die Token auf die Experten verteilen: 100 %, wenn alle gleich viel arbeiten.</translation>
    </message>
    <message>
        <source>Idle compute</source>
        <translation>Leerlauf</translation>
    </message>
    <message>
        <source>What the others would wait for the busiest expert, if each had a processor of its own.</source>
        <translation>Wie lange die anderen auf den fleißigsten Experten warten müssten, hätte jeder einen eigenen Prozessor.</translation>
    </message>
    <message>
        <source>Router confidence</source>
        <translation>Sicherheit des Routers</translation>
    </message>
    <message>
        <source>By how much the last expert that was chosen beat the first that was not.</source>
        <translation>Um wie viel der letzte gewählte Experte vor dem ersten nicht gewählten lag.</translation>
    </message>
    <message>
        <source>Experts a token</source>
        <translation>Experten je Token</translation>
    </message>
    <message>
        <source>Chosen by the router on average; a sure router needs fewer, where the model lets it.</source>
        <translation>Im Mittel vom Router gewählt; ein sicherer Router braucht weniger, wo das Modell es zulässt.</translation>
    </message>
    <message>
        <source>How much each expert of each layer works</source>
        <translation>Wie viel jeder Experte jeder Schicht arbeitet</translation>
    </message>
    <message>
        <source>no work</source>
        <translation>keine Arbeit</translation>
    </message>
    <message>
        <source>last token</source>
        <translation>letztes Token</translation>
    </message>
    <message>
        <source>Where the experts lie: %1</source>
        <translation>Wo die Experten liegen: %1</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>Bilder (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>FetchPane</name>
    <message>
        <source>Address of a model file, or a repository such as owner/name</source>
        <translation>Adresse einer Modelldatei oder ein Repository wie besitzer/name</translation>
    </message>
    <message>
        <source>https://… or owner/name</source>
        <translation>https://… oder besitzer/name</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Offline: this program opens no connection at all.</source>
        <translation>Offline: Dieses Programm öffnet keinerlei Verbindung.</translation>
    </message>
    <message>
        <source>Only what you fetch here opens a connection, and nothing of yours is sent.</source>
        <translation>Nur was Sie hier holen, öffnet eine Verbindung, und nichts von Ihnen wird gesendet.</translation>
    </message>
    <message>
        <source>Go online</source>
        <translation>Online gehen</translation>
    </message>
    <message>
        <source>Go offline</source>
        <translation>Offline gehen</translation>
    </message>
    <message>
        <source>Models worth fetching</source>
        <translation>Modelle, die sich lohnen</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Proxy: that of the system</source>
        <translation>Proxy: der des Systems</translation>
    </message>
    <message>
        <source>Mirror of the model hub</source>
        <translation>Spiegel der Modellsammlung</translation>
    </message>
    <message>
        <source>Mirror: https://huggingface.co itself</source>
        <translation>Spiegel: https://huggingface.co selbst</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>graphics cards</source>
        <translation>Grafikkarten</translation>
    </message>
    <message>
        <source>processor and graphics cards</source>
        <translation>Prozessor und Grafikkarten</translation>
    </message>
    <message>
        <source>whole machine, from its battery</source>
        <translation>der ganze Rechner, aus seinem Akku</translation>
    </message>
    <message>
        <source>not measurable here: the system lets only the administrator read the processor&apos;s counter</source>
        <translation>hier nicht messbar: Den Zähler des Prozessors darf auf diesem System nur der Verwalter lesen</translation>
    </message>
    <message>
        <source>not measurable here</source>
        <translation>hier nicht messbar</translation>
    </message>
    <message>
        <source>%1 J</source>
        <translation>%1 J</translation>
    </message>
    <message>
        <source>%1 J a token</source>
        <translation>%1 J je Token</translation>
    </message>
    <message>
        <source>what the machine takes idly is contained: it was not measured yet</source>
        <translation>was der Rechner im Leerlauf braucht, ist darin enthalten: Es wurde noch nicht gemessen</translation>
    </message>
    <message>
        <source>%1 J that the machine takes idly were subtracted</source>
        <translation>%1 J, die der Rechner im Leerlauf braucht, sind abgezogen</translation>
    </message>
    <message>
        <source>say in the settings what electricity costs you</source>
        <translation>Nennen Sie in den Einstellungen Ihren Strompreis</translation>
    </message>
    <message>
        <source>%1 %2 of electricity; API prices of April 2026: %3</source>
        <translation>Strom für %1 %2; API-Preise vom April 2026: %3</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>after %1 s</source>
        <translation>nach %1 s</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>%1 read, of these %2 known from before; %3 written</source>
        <translation>%1 gelesen, davon %2 schon bekannt; %3 geschrieben</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>A million tokens</source>
        <translation>Eine Million Token</translation>
    </message>
    <message>
        <source>after %1 ms</source>
        <translation>nach %1 ms</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>%1 was not found.</source>
        <translation>%1 wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>%1 cannot be opened: %2.</source>
        <translation>%1 kann nicht geöffnet werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Find in this conversation</source>
        <translation>In dieser Unterhaltung finden</translation>
    </message>
    <message>
        <source>Place %1 of %2</source>
        <translation>Fundstelle %1 von %2</translation>
    </message>
    <message>
        <source>The place before (Shift+Enter)</source>
        <translation>Vorige Fundstelle (Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>The next place (Enter)</source>
        <translation>Nächste Fundstelle (Eingabe)</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Leave out this folder; nothing in it is changed</source>
        <translation>Diesen Ordner weglassen; darin ändert sich nichts</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
</context>
<context>
    <name>Forecast</name>
    <message>
        <source>A context of %1 tokens instead of %2 would fit.</source>
        <translation>Ein Kontext von %1 statt %2 Token würde passen.</translation>
    </message>
    <message>
        <source>A file of the same model with fewer bits, at most %1, would fit.</source>
        <translation>Eine Datei desselben Modells mit weniger Bits, höchstens %1, würde passen.</translation>
    </message>
    <message>
        <source>A machine with %1 of memory would hold all of it.</source>
        <translation>Ein Rechner mit %1 Speicher könnte alles fassen.</translation>
    </message>
    <message>
        <source>It needs %1 of memory even without most of its experts, and this machine has %2 for it.</source>
        <translation>Es braucht selbst ohne die meisten seiner Experten %1 Speicher, und dieser Rechner hat %2 dafür.</translation>
    </message>
    <message>
        <source>It needs %1 of memory even without its weights, and this machine has %2 for it.</source>
        <translation>Es braucht selbst ohne seine Gewichte %1 Speicher, und dieser Rechner hat %2 dafür.</translation>
    </message>
    <message>
        <source>It takes %1, and this machine has %2 for it: %3 of the weights must be read from disk again and again, which is slow.</source>
        <translation>Es braucht %1, und dieser Rechner hat %2 dafür: %3 der Gewichte müssen immer wieder von der Platte gelesen werden, und das ist langsam.</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experten</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>Sehen</translation>
    </message>
    <message>
        <source>Working memory</source>
        <translation>Arbeitsspeicher zum Rechnen</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>im Speicher</translation>
    </message>
    <message>
        <source>memory, from the file</source>
        <translation>im Speicher, aus der Datei</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>auf der Platte</translation>
    </message>
    <message>
        <source>A model of the catalogue would run: all of them are of families that this version knows.</source>
        <translation>Ein Modell des Katalogs würde laufen: Alle sind aus Familien, die diese Version kennt.</translation>
    </message>
    <message>
        <source>The same file fetched anew, or another conversion of the model, may run.</source>
        <translation>Dieselbe Datei, neu geladen, oder eine andere Umwandlung des Modells kann laufen.</translation>
    </message>
</context>
<context>
    <name>ForecastView</name>
    <message>
        <source>Reading the header…</source>
        <translation>Der Dateikopf wird gelesen…</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Memory: %1</source>
        <translation>Speicher: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Context, in tokens</source>
        <translation>Kontext in Token</translation>
    </message>
    <message>
        <source>%1 K</source>
        <translation>%1 K</translation>
    </message>
    <message>
        <source>With a context of %1 tokens</source>
        <translation>Mit einem Kontext von %1 Token</translation>
    </message>
    <message>
        <source>Answers at</source>
        <translation>Antwortet mit</translation>
    </message>
    <message>
        <source>Reads prompts at</source>
        <translation>Liest Fragen mit</translation>
    </message>
    <message>
        <source>Longest context that fits</source>
        <translation>Längster Kontext, der passt</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>Letzte Antwort</translation>
    </message>
    <message>
        <source>Measuring this machine…</source>
        <translation>Dieser Rechner wird gemessen…</translation>
    </message>
    <message>
        <source>Measure this machine for a forecast of speed (some seconds)</source>
        <translation>Rechner messen, um die Geschwindigkeit vorherzusagen (einige Sekunden)</translation>
    </message>
</context>
<context>
    <name>ImageLoader</name>
    <message>
        <source>a PDF document</source>
        <translation>ein PDF-Dokument</translation>
    </message>
    <message>
        <source>an archive or office document</source>
        <translation>ein Archiv oder Office-Dokument</translation>
    </message>
    <message>
        <source>a model in GGUF format</source>
        <translation>ein Modell im GGUF-Format</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>ein Programm</translation>
    </message>
    <message>
        <source>compressed data</source>
        <translation>komprimierte Daten</translation>
    </message>
    <message>
        <source>a database</source>
        <translation>eine Datenbank</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>%1 is not a picture, or of a kind this program does not read.</source>
        <translation>%1 ist kein Bild oder von einer Art, die dieses Programm nicht liest.</translation>
    </message>
    <message>
        <source>%1 is not a picture: its content is %2.</source>
        <translation>%1 ist kein Bild; der Inhalt ist: %2.</translation>
    </message>
    <message>
        <source>%1 is too small to read: %2 pixels. Choose a picture of at least %3 pixels a side.</source>
        <translation>%1 ist zu klein zum Lesen: %2 Pixel. Wählen Sie ein Bild mit mindestens %3 Pixeln je Seite.</translation>
    </message>
    <message>
        <source>%1 is too large: %2 pixels. At most %3 pixels a side and %4 million in all are read. Make it smaller or cut out the part that matters, then try again.</source>
        <translation>%1 ist zu groß: %2 Pixel. Gelesen werden höchstens %3 Pixel je Seite und %4 Millionen insgesamt. Verkleinern Sie das Bild oder schneiden Sie den wichtigen Teil aus, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.</source>
        <translation>%1 kann nicht gelesen werden: Die Datei ist beschädigt oder abgeschnitten (%2). Speichern oder laden Sie sie erneut.</translation>
    </message>
    <message>
        <source>%1 is empty. Save or download it again.</source>
        <translation>%1 ist leer. Speichern oder laden Sie die Datei erneut.</translation>
    </message>
    <message>
        <source>There is not enough memory to open %1. Make the picture smaller, then try again.</source>
        <translation>Der Speicher reicht nicht, um %1 zu öffnen. Verkleinern Sie das Bild und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>%1 is too large: %2 MB. Picture files of at most %3 MB are read.</source>
        <translation>%1 ist zu groß: %2 MB. Gelesen werden Bilddateien bis %3 MB.</translation>
    </message>
    <message>
        <source>%1 holds no picture.</source>
        <translation>%1 enthält kein Bild.</translation>
    </message>
    <message>
        <source>%1 could not be turned into a PNG file.</source>
        <translation>%1 konnte nicht in eine PNG-Datei umgewandelt werden.</translation>
    </message>
    <message>
        <source>Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file.</source>
        <translation>Wählen Sie eine PNG-, JPEG-, WebP-, GIF-, TIFF- oder SVG-Datei.</translation>
    </message>
    <message>
        <source>%1 is a %2 picture, and the part of Qt that reads those is not installed. Save it as PNG.</source>
        <translation>%1 ist ein %2-Bild, und der Teil von Qt, der solche liest, ist nicht installiert. Speichern Sie es als PNG.</translation>
    </message>
    <message>
        <source>%1 is not a file. Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file.</source>
        <translation>%1 ist keine Datei. Wählen Sie eine PNG-, JPEG-, WebP-, GIF-, TIFF- oder SVG-Datei.</translation>
    </message>
</context>
<context>
    <name>ImageViewer</name>
    <message>
        <source>Picture. Arrow keys move the region, with Shift they size it</source>
        <translation>Bild. Pfeiltasten verschieben den Ausschnitt, mit Umschalt ändern sie seine Größe</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Smaller (−)</source>
        <translation>Kleiner (−)</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>Größer (+)</translation>
    </message>
    <message>
        <source>Drag over the picture</source>
        <translation>Über das Bild ziehen</translation>
    </message>
    <message>
        <source>Select a region</source>
        <translation>Ausschnitt wählen</translation>
    </message>
    <message>
        <source>Ask about this region</source>
        <translation>Nach diesem Ausschnitt fragen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>InferenceWorker</name>
    <message>
        <source>%1: there is not enough memory. Close other programs or choose a smaller model.</source>
        <translation>%1: Der Speicher reicht nicht. Schließen Sie andere Programme oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1: %2.</translation>
    </message>
    <message>
        <source>%1: an unknown error.</source>
        <translation>%1: ein unbekannter Fehler.</translation>
    </message>
    <message>
        <source>The model %1 could not be loaded</source>
        <translation>Das Modell %1 konnte nicht geladen werden</translation>
    </message>
    <message>
        <source>No model is loaded. Load one, then ask again.</source>
        <translation>Kein Modell ist geladen. Laden Sie eines und fragen Sie erneut.</translation>
    </message>
    <message>
        <source>A picture of the question is broken. Attach it again.</source>
        <translation>Ein Bild der Frage ist beschädigt. Hängen Sie es erneut an.</translation>
    </message>
    <message>
        <source>The answer was broken off</source>
        <translation>Die Antwort wurde abgebrochen</translation>
    </message>
    <message>
        <source>Too many questions are waiting for their answers. Wait, then ask again.</source>
        <translation>Zu viele Fragen warten auf ihre Antwort. Warten Sie und fragen Sie erneut.</translation>
    </message>
    <message>
        <source>The tokens could not be counted</source>
        <translation>Die Token konnten nicht gezählt werden</translation>
    </message>
    <message>
        <source>The picture could not be shown</source>
        <translation>Das Bild konnte nicht gezeigt werden</translation>
    </message>
</context>
<context>
    <name>LeftOutStatements</name>
    <message>
        <source>Statements left out as uncertain: %1</source>
        <translation>Als unsicher weggelassene Aussagen: %1</translation>
    </message>
    <message>
        <source>%1. Hide them</source>
        <translation>%1. Ausblenden</translation>
    </message>
    <message>
        <source>%1. Show them</source>
        <translation>%1. Anzeigen</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>Zurück zu den Modellen</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>Zurück zur Unterhaltung (Esc)</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Auf diesem Rechner</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>Modelle werden gesucht…</translation>
    </message>
    <message>
        <source>No models yet. Drop .gguf files on the window, add a folder, or fetch one.</source>
        <translation>Noch keine Modelle. Ziehen Sie .gguf-Dateien auf das Fenster, fügen Sie einen Ordner hinzu oder holen Sie eines.</translation>
    </message>
    <message>
        <source>Add a model file…</source>
        <translation>Modelldatei hinzufügen…</translation>
    </message>
    <message>
        <source>Choose a model to see what it is and what loading it would mean.</source>
        <translation>Wählen Sie ein Modell, um zu sehen, was es ist und was das Laden bedeuten würde.</translation>
    </message>
    <message>
        <source>Add model files</source>
        <translation>Modelldateien hinzufügen</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>Modelle (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add a folder of models</source>
        <translation>Ordner mit Modellen hinzufügen</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>%1 – Conclave</source>
        <translation>%1 – Conclave</translation>
    </message>
    <message>
        <source>Conclave</source>
        <translation>Conclave</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>„%1“ wurde gelöscht.</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>Unterhaltungen importieren</translation>
    </message>
    <message>
        <source>Conversations (*.json)</source>
        <translation>Unterhaltungen (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message>
        <source>Answer: %1</source>
        <translation>Antwort: %1</translation>
    </message>
</context>
<context>
    <name>MathBlock</name>
    <message>
        <source>Formula: %1</source>
        <translation>Formel: %1</translation>
    </message>
    <message>
        <source>Copy the formula as LaTeX</source>
        <translation>Formel als LaTeX kopieren</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Check the file</source>
        <translation>Datei prüfen</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>Geladen</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>There is no waste bin for its disk. %1 It cannot be brought back.</source>
        <translation>Für seine Platte gibt es keinen Papierkorb. %1 Es kann nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>%1 It goes to the waste bin; the room is free once that is emptied.</source>
        <translation>%1 Es kommt in den Papierkorb; der Platz wird frei, wenn dieser geleert wird.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>To the waste bin</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>ModelLibrary</name>
    <message>
        <source>%1 could not be written: %2. Is the disk full, or the folder read-only?</source>
        <translation>%1 konnte nicht geschrieben werden: %2. Ist die Platte voll oder der Ordner schreibgeschützt?</translation>
    </message>
    <message>
        <source>No model file: %1. Models are .gguf files.</source>
        <translation>Keine Modelldatei: %1. Modelle sind .gguf-Dateien.</translation>
    </message>
    <message>
        <source>%1 is no model of the library that can be deleted.</source>
        <translation>%1 ist kein Modell der Bibliothek, das gelöscht werden kann.</translation>
    </message>
    <message>
        <source>%1 cannot be moved to the waste bin: there is none for its disk. Nothing was deleted.</source>
        <translation>%1 kann nicht in den Papierkorb verschoben werden: Für seine Platte gibt es keinen. Nichts wurde gelöscht.</translation>
    </message>
    <message>
        <source>%1 could not be deleted. Is the folder read-only?</source>
        <translation>%1 konnte nicht gelöscht werden. Ist der Ordner schreibgeschützt?</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>PartsList</name>
    <message>
        <source>Parts of %1</source>
        <translation>Teile von %1</translation>
    </message>
</context>
<context>
    <name>Placement</name>
    <message>
        <source>experts in memory</source>
        <translation>Experten im Arbeitsspeicher</translation>
    </message>
    <message>
        <source>experts, too</source>
        <translation>auch die Experten</translation>
    </message>
    <message>
        <source>the %1 most used experts, too: %2 % of all calls</source>
        <translation>auch die %1 meistgenutzten Experten: %2 % aller Aufrufe</translation>
    </message>
    <message>
        <source>%1 experts, too</source>
        <translation>auch %1 Experten</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers and the %3 most used of the others, too: %4 % of all calls</source>
        <translation>auch die Experten von %1 von %2 Schichten und die %3 meistgenutzten der anderen: %4 % aller Aufrufe</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers and %3 others, too</source>
        <translation>auch die Experten von %1 von %2 Schichten und %3 andere</translation>
    </message>
    <message>
        <source>experts of %1 of %2 layers, too</source>
        <translation>auch die Experten von %1 von %2 Schichten</translation>
    </message>
    <message>
        <source>the whole model on the card</source>
        <translation>das ganze Modell auf der Karte</translation>
    </message>
    <message>
        <source>%1 of %2 layers on the card</source>
        <translation>%1 von %2 Schichten auf der Karte</translation>
    </message>
    <message>
        <source>%1 of %2 layers and vision on the card</source>
        <translation>%1 von %2 Schichten und das Sehen auf der Karte</translation>
    </message>
    <message>
        <source>experts from disk, %1 % of them held in memory</source>
        <translation>Experten von der Platte, davon %1 % im Arbeitsspeicher</translation>
    </message>
    <message>
        <source>other experts from disk, %1 % of them held in memory</source>
        <translation>die anderen Experten von der Platte, davon %1 % im Arbeitsspeicher</translation>
    </message>
    <message>
        <source>expected %1 tokens/s</source>
        <translation>%1 Tokens/s erwartet</translation>
    </message>
    <message>
        <source>%1 on %2 (%3)</source>
        <translation>%1 auf %2 (%3)</translation>
    </message>
    <message>
        <source>%1 of %2 layers and vision on cards, %3</source>
        <translation>%1 von %2 Schichten und das Sehen auf Karten, %3</translation>
    </message>
    <message>
        <source>%1 of %2 layers on cards, %3</source>
        <translation>%1 von %2 Schichten auf Karten, %3</translation>
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
    <message>
        <source>Edit the question</source>
        <translation>Frage bearbeiten</translation>
    </message>
    <message>
        <source>Copy the question</source>
        <translation>Frage kopieren</translation>
    </message>
    <message>
        <source>Look at the picture closely</source>
        <translation>Bild genauer ansehen</translation>
    </message>
</context>
<context>
    <name>QuestionEditor</name>
    <message>
        <source>New version of your question</source>
        <translation>Neue Fassung Ihrer Frage</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
</context>
<context>
    <name>ReasoningHead</name>
    <message>
        <source>%1. Hide the reasoning</source>
        <translation>%1. Gedankengang verbergen</translation>
    </message>
    <message>
        <source>%1. Show the reasoning</source>
        <translation>%1. Gedankengang zeigen</translation>
    </message>
    <message>
        <source>Copy the reasoning</source>
        <translation>Gedankengang kopieren</translation>
    </message>
</context>
<context>
    <name>ReceiptPanel</name>
    <message>
        <source>Behind this answer</source>
        <translation>Hinter dieser Antwort</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>This answer has no receipt: you edited it, or an older version of the program wrote it.</source>
        <translation>Diese Antwort hat keinen Beleg: Sie haben sie bearbeitet, oder eine ältere Version des Programms hat sie geschrieben.</translation>
    </message>
    <message>
        <source>What the model saw</source>
        <translation>Was das Modell sah</translation>
    </message>
    <message>
        <source>The picture as the model was shown it: %1</source>
        <translation>Das Bild, wie es dem Modell gezeigt wurde: %1</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Beleg</translation>
    </message>
    <message>
        <source>Being written again…</source>
        <translation>Wird noch einmal geschrieben…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the receipt as JSON</source>
        <translation>Den Beleg als JSON kopieren</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Have the answer written again and compare</source>
        <translation>Die Antwort noch einmal schreiben lassen und vergleichen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>What it took</source>
        <translation>Was sie gebraucht hat</translation>
    </message>
</context>
<context>
    <name>ReportPanel</name>
    <message>
        <source>What went wrong</source>
        <translation>Was schiefging</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Nothing to tell so far.</source>
        <translation>Bisher gibt es nichts zu berichten.</translation>
    </message>
    <message>
        <source>The report names this program, the system, the model and the lines above. Nothing you wrote is in it.</source>
        <translation>Der Bericht nennt das Programm, das System, das Modell und die Zeilen oben. Nichts, was Sie geschrieben haben, steht darin.</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Den Bericht kopieren</translation>
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
    <name>SearchHitDelegate</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>SectionDelegate</name>
    <message>
        <source>Name of the folder</source>
        <translation>Name des Ordners</translation>
    </message>
    <message>
        <source>More for the folder “%1”</source>
        <translation>Mehr zum Ordner „%1“</translation>
    </message>
    <message>
        <source>%1, folded, conversations: %2</source>
        <translation>%1, zugeklappt, Unterhaltungen: %2</translation>
    </message>
    <message>
        <source>%1, conversations: %2</source>
        <translation>%1, Unterhaltungen: %2</translation>
    </message>
</context>
<context>
    <name>SettingSlider</name>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>Zurück zur Unterhaltung (Esc)</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
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
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Text size (Ctrl++, Ctrl+-)</source>
        <translation>Schriftgröße (Strg++, Strg+-)</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>Abstände</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Großzügig</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Kompakt</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>In the background</source>
        <translation>Im Hintergrund</translation>
    </message>
    <message>
        <source>Tell me when an answer has ended while I am elsewhere</source>
        <translation>Bescheid geben, wenn eine Antwort fertig ist, während ich woanders bin</translation>
    </message>
    <message>
        <source>Closing the window leaves the program in the tray</source>
        <translation>Beim Schließen des Fensters bleibt das Programm im Infobereich</translation>
    </message>
    <message>
        <source>This desktop shows no tray, so closing the window ends the program.</source>
        <translation>Diese Arbeitsumgebung zeigt keinen Infobereich; das Schließen des Fensters beendet das Programm.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Offline: the program opens no connection at all</source>
        <translation>Offline: Das Programm baut keinerlei Verbindung auf</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Keyboard (F1)</source>
        <translation>Tastatur (F1)</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>Kurze Führung</translation>
    </message>
    <message>
        <source>Log and report</source>
        <translation>Protokoll und Bericht</translation>
    </message>
    <message>
        <source>Electricity</source>
        <translation>Strom</translation>
    </message>
    <message>
        <source>Price of a kilowatt-hour</source>
        <translation>Preis einer Kilowattstunde</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <source>Behind each answer it is then told what a million such tokens cost, beside what providers take. Energy is measured where this machine lets it be.</source>
        <translation>Hinter jeder Antwort steht dann, was eine Million solcher Token kostet, neben dem, was Anbieter nehmen. Energie wird gemessen, wo dieser Rechner es zulässt.</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Models are computed by</source>
        <translation>Modelle rechnet</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>NVIDIA card (CUDA)</source>
        <translation>NVIDIA-Karte (CUDA)</translation>
    </message>
    <message>
        <source>Graphics card (Vulkan)</source>
        <translation>Grafikkarte (Vulkan)</translation>
    </message>
    <message>
        <source>All that fit</source>
        <translation>Alle, die passen</translation>
    </message>
    <message>
        <source>Layers on cards</source>
        <translation>Schichten auf Karten</translation>
    </message>
    <message>
        <source>Which cards (0 is the first)</source>
        <translation>Welche Karten (0 ist die erste)</translation>
    </message>
    <message>
        <source>As needed</source>
        <translation>Nach Bedarf</translation>
    </message>
    <message>
        <source>From the next model on that is loaded. A model that one card has no room for is divided among several. What the cards have no room for stays in memory, and the processor computes it.</source>
        <translation>Ab dem nächsten Modell, das geladen wird. Ein Modell, das auf eine Karte nicht passt, wird auf mehrere verteilt. Was auf den Karten keinen Platz hat, bleibt im Arbeitsspeicher, und der Prozessor rechnet es.</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>Attach what was copied</source>
        <translation>Kopiertes anhängen</translation>
    </message>
    <message>
        <source>Conversation list</source>
        <translation>Liste der Unterhaltungen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>Blättern</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>From number to number</source>
        <translation>Von Zahl zu Zahl</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Next control</source>
        <translation>Nächstes Bedienelement</translation>
    </message>
    <message>
        <source>Press what the line is around</source>
        <translation>Umrandetes auslösen</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Shift+Enter</source>
        <translation>Umschalt+Eingabe</translation>
    </message>
    <message>
        <source>Ctrl+V</source>
        <translation>Strg+V</translation>
    </message>
    <message>
        <source>Shift+F10</source>
        <translation>Umschalt+F10</translation>
    </message>
    <message>
        <source>↑ ↓ PgUp PgDn</source>
        <translation>↑ ↓ Bild↑ Bild↓</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
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
        <source>Search all conversations</source>
        <translation>Alle Unterhaltungen durchsuchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing found. Words may be shortened at their end; “quoted words” are looked for as they stand.</source>
        <translation>Nichts gefunden. Wörter dürfen am Ende gekürzt sein; „Wörter in Anführungszeichen“ werden genau so gesucht.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Remove the folder</source>
        <translation>Ordner auflösen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Models on this machine, and fetching others (Ctrl+L)</source>
        <translation>Modelle auf diesem Rechner, und andere holen (Strg+L)</translation>
    </message>
    <message>
        <source>Import and export</source>
        <translation>Importieren und exportieren</translation>
    </message>
    <message>
        <source>Import conversations…</source>
        <translation>Unterhaltungen importieren…</translation>
    </message>
    <message>
        <source>Export all…</source>
        <translation>Alle exportieren…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Looks, language, network (Ctrl+.)</source>
        <translation>Aussehen, Sprache, Netzwerk (Strg+.)</translation>
    </message>
    <message>
        <source>Search (Ctrl+Shift+F)</source>
        <translation>Suchen (Strg+Umschalt+F)</translation>
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
    <name>TableBlock</name>
    <message>
        <source>Table: %1</source>
        <translation>Tabelle: %1</translation>
    </message>
</context>
<context>
    <name>ToldDivider</name>
    <message>
        <source>The model is no longer told what stands above.</source>
        <translation>Was darüber steht, wird dem Modell nicht mehr gesagt.</translation>
    </message>
    <message>
        <source>Tell it again</source>
        <translation>Wieder sagen</translation>
    </message>
</context>
<context>
    <name>ToolCallBlock</name>
    <message>
        <source>The model asked for the tool %1, which is not run</source>
        <translation>Das Modell verlangt das Werkzeug %1; es wird nicht ausgeführt</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>%1 of 3</source>
        <translation>%1 von 3</translation>
    </message>
    <message>
        <source>What you do here stays here</source>
        <translation>Was Sie hier tun, bleibt hier</translation>
    </message>
    <message>
        <source>Ask, or drop files</source>
        <translation>Fragen oder Dateien ablegen</translation>
    </message>
    <message>
        <source>A chart becomes a table</source>
        <translation>Aus einem Diagramm wird eine Tabelle</translation>
    </message>
    <message>
        <source>Models run on this machine, and your conversations are kept on it. No connection is opened unless you fetch a model.</source>
        <translation>Modelle laufen auf diesem Rechner, und Ihre Unterhaltungen bleiben auf ihm. Es wird keine Verbindung aufgebaut, außer Sie laden ein Modell herunter.</translation>
    </message>
    <message>
        <source>Pictures and documents can be dropped anywhere on the window. Ctrl+K finds everything the program does, F1 shows all keys.</source>
        <translation>Bilder und Dokumente können überall auf dem Fenster abgelegt werden. Strg+K findet alles, was das Programm kann, F1 zeigt alle Tasten.</translation>
    </message>
    <message>
        <source>The built-in model reads charts: the table behind one, and a summary whose every number points at its mark. See it read a sample.</source>
        <translation>Das eingebaute Modell liest Diagramme: die Tabelle dahinter und eine Zusammenfassung, in der jede Zahl auf ihre Stelle zeigt. Sehen Sie ihm bei einem Beispiel zu.</translation>
    </message>
    <message>
        <source>Drop a picture of a chart: the built-in model reads the table behind it, and writes a summary whose every number points at its mark.</source>
        <translation>Legen Sie das Bild eines Diagramms ab: Das eingebaute Modell liest die Tabelle dahinter und schreibt eine Zusammenfassung, in der jede Zahl auf ihre Stelle zeigt.</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Read the sample chart</source>
        <translation>Beispieldiagramm lesen</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Loslegen</translation>
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
    <name>TransferLine</name>
    <message>
        <source>Exporting or importing: %1 %</source>
        <translation>Export oder Import: %1 %</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the export or import</source>
        <translation>Export oder Import abbrechen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Conclave: %1</source>
        <translation>Conclave: %1</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>Fenster zeigen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>TurnDelegate</name>
    <message>
        <source>Reasoning: %1</source>
        <translation>Gedankengang: %1</translation>
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
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Shift+Z)</source>
        <translation>Rückgängig (Strg+Umschalt+Z)</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>Version %1 of %2</source>
        <translation>Fassung %1 von %2</translation>
    </message>
    <message>
        <source>Version before</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Version after</source>
        <translation>Nächste Fassung</translation>
    </message>
</context>
<context>
    <name>conclave::app::ChatController</name>
    <message>
        <source>An answer is still being written. Stop it or wait, then send; your text is kept.</source>
        <translation>Eine Antwort wird noch geschrieben. Halten Sie sie an oder warten Sie, und senden Sie dann; Ihr Text bleibt erhalten.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>No model is loaded, so there is no answer. Your message is kept. %1</source>
        <translation>Kein Modell ist geladen, daher gibt es keine Antwort. Ihre Nachricht bleibt erhalten. %1</translation>
    </message>
    <message>
        <source>The model is still being loaded. Wait, then go on.</source>
        <translation>Das Modell wird noch geladen. Warten Sie, dann geht es weiter.</translation>
    </message>
    <message>
        <source>This conversation is bound to the model %1, which is not loaded. Your message is kept. %2</source>
        <translation>Diese Unterhaltung ist an das Modell %1 gebunden, das nicht geladen ist. Ihre Nachricht ist gespeichert. %2</translation>
    </message>
    <message>
        <source>This answer has no receipt: you edited it, or an older version of the program wrote it.</source>
        <translation>Diese Antwort hat keinen Beleg: Sie haben sie bearbeitet, oder eine ältere Version des Programms hat sie geschrieben.</translation>
    </message>
    <message>
        <source>This answer did not come to its end, so there is nothing to compare with.</source>
        <translation>Diese Antwort kam nicht zu ihrem Ende; es gibt nichts, womit zu vergleichen wäre.</translation>
    </message>
    <message>
        <source>Another model is loaded. Load %1, then try again.</source>
        <translation>Ein anderes Modell ist geladen. Laden Sie %1, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The model is loaded with room for %1 tokens, and was with %2. Load it again, then try again.</source>
        <translation>Das Modell ist mit Platz für %1 Token geladen, damals waren es %2. Laden Sie es noch einmal, dann versuchen Sie es wieder.</translation>
    </message>
    <message>
        <source>The prompt of this answer is no longer what it was: a picture is lost, or a message was changed. Nothing was asked.</source>
        <translation>Was dem Modell für diese Antwort gesagt wurde, ist nicht mehr dasselbe: Ein Bild fehlt, oder eine Nachricht wurde geändert. Nichts wurde gefragt.</translation>
    </message>
</context>
<context>
    <name>conclave::ui::AnswerReceipt</name>
    <message>
        <source>The receipt does not tell in which pieces the prompt was computed.</source>
        <translation>Der Beleg sagt nicht, in welchen Stücken der Prompt berechnet wurde.</translation>
    </message>
    <message>
        <source>The prompt was computed in other pieces than then.</source>
        <translation>Der Prompt wurde in anderen Stücken berechnet als damals.</translation>
    </message>
    <message>
        <source>That alone changes last digits.</source>
        <translation>Das allein ändert letzte Stellen.</translation>
    </message>
    <message>
        <source>Prompt computed in pieces of</source>
        <translation>Prompt berechnet in Stücken von</translation>
    </message>
    <message>
        <source>temperature %1, top-p %2, min-p %3, top-k %4, repetition penalty %5</source>
        <translation>Temperatur %1, Top-p %2, Min-p %3, Top-k %4, Wiederholungsstrafe %5</translation>
    </message>
    <message>
        <source>It differs from character %1 on: “%2” instead of “%3”.</source>
        <translation>Ab Zeichen %1 ist sie anders: „%2“ statt „%3“.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach…</translation>
    </message>
    <message>
        <source>%1 tokens: %2 known from before, %3 new</source>
        <translation>%1 Token: %2 von vorher bekannt, %3 neu</translation>
    </message>
    <message>
        <source>System prompt: %1</source>
        <translation>System-Prompt: %1</translation>
    </message>
    <message>
        <source>Messages: %1</source>
        <translation>Nachrichten: %1</translation>
    </message>
    <message>
        <source>Older messages that were left out: %1</source>
        <translation>Weggelassene ältere Nachrichten: %1</translation>
    </message>
    <message>
        <source>Document: %1</source>
        <translation>Dokument: %1</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>The same, bit for bit: %1 tokens and their probabilities.</source>
        <translation>Bit für Bit dieselbe: %1 Token und ihre Wahrscheinlichkeiten.</translation>
    </message>
    <message>
        <source>The same words: %1 tokens. Probabilities behind them differ in their last digits.</source>
        <translation>Dieselben Wörter: %1 Token. Die Wahrscheinlichkeiten dahinter weichen in den letzten Stellen ab.</translation>
    </message>
    <message>
        <source>Stopped before the end: nothing can be said.</source>
        <translation>Vor dem Ende angehalten: Es lässt sich nichts sagen.</translation>
    </message>
    <message>
        <source>The answer was written by another build of the program.</source>
        <translation>Die Antwort wurde von einem anderen Bau des Programms geschrieben.</translation>
    </message>
    <message>
        <source>It was written on another device: %1.</source>
        <translation>Sie wurde auf einem anderen Gerät geschrieben: %1.</translation>
    </message>
    <message>
        <source>%1 × %2 pixels, %3 tokens of the prompt</source>
        <translation>%1 × %2 Pixel, %3 Token des Prompts</translation>
    </message>
    <message>
        <source>%1 × %2 pixels, read in %3 places beside the text</source>
        <translation>%1 × %2 Pixel, an %3 Stellen neben dem Text gelesen</translation>
    </message>
    <message>
        <source>SHA-256 of the model</source>
        <translation>SHA-256 des Modells</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
</context>
<context>
    <name>conclave::ui::AttachmentPreview</name>
    <message>
        <source>Page %1</source>
        <translation>Seite %1</translation>
    </message>
    <message>
        <source>sheets %1</source>
        <translation>Blätter %1</translation>
    </message>
    <message>
        <source>pages %1</source>
        <translation>Seiten %1</translation>
    </message>
    <message>
        <source>This is what the model was told of it.</source>
        <translation>Das wurde dem Modell davon gesagt.</translation>
    </message>
</context>
<context>
    <name>conclave::ui::BackgroundNews</name>
    <message>
        <source>The answer was broken off.</source>
        <translation>Die Antwort wurde abgebrochen.</translation>
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
    <message>
        <source>Calculated from %1</source>
        <translation>Berechnet aus %1</translation>
    </message>
    <message>
        <source>Compared: %1</source>
        <translation>Verglichen: %1</translation>
    </message>
    <message>
        <source>Largest in %1: %2</source>
        <translation>Größter in %1: %2</translation>
    </message>
    <message>
        <source>Smallest in %1: %2</source>
        <translation>Kleinster in %1: %2</translation>
    </message>
    <message>
        <source>the table</source>
        <translation>der Tabelle</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Uncertain: the digits were read as %1, but the mark stands at %2. The place was taken.</source>
        <translation>Unsicher: Gelesen wurde %1, die Marke steht aber bei %2. Der Ort gilt.</translation>
    </message>
    <message>
        <source>Uncertain: the mark stands at %1, beside the number.</source>
        <translation>Unsicher: Die Marke steht bei %1, neben der Zahl.</translation>
    </message>
    <message>
        <source>Uncertain: the model gave its least sure digit only %1.</source>
        <translation>Unsicher: Der unsichersten Ziffer gab das Modell nur %1.</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>%1 px</source>
        <comment>pixels</comment>
        <translation>%1 px</translation>
    </message>
    <message>
        <source>Added by you</source>
        <translation>Von Ihnen hinzugefügt</translation>
    </message>
    <message>
        <source>Changed by you; read as %1</source>
        <translation>Von Ihnen geändert; gelesen als %1</translation>
    </message>
    <message>
        <source>%1 from the mark that was seen to where the number belongs</source>
        <translation>%1 von der gesehenen Marke bis dorthin, wo die Zahl hingehört</translation>
    </message>
    <message>
        <source>%1 of the circle from the mark that was seen to where the number belongs</source>
        <translation>%1 des Kreises von der gesehenen Marke bis dorthin, wo die Zahl hingehört</translation>
    </message>
    <message>
        <source>The table says: %1</source>
        <translation>Die Tabelle sagt: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>cell, number</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>New row</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>New series</source>
        <translation>Neue Reihe</translation>
    </message>
    <message>
        <source>Uncertain: the picture does not show that the mark belongs to %1.</source>
        <translation>Unsicher: Das Bild zeigt nicht, dass die Marke zu %1 gehört.</translation>
    </message>
    <message>
        <source>Uncertain: the name %1 was read with %2.</source>
        <translation>Unsicher: Der Name %1 wurde mit %2 gelesen.</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ChatSettingsModel</name>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>Genau</translation>
    </message>
    <message>
        <source>Inventive</source>
        <translation>Einfallsreich</translation>
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
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Conclave conversations</source>
        <translation>Conclave-Unterhaltungen</translation>
    </message>
    <message>
        <source>%1 could not be written: %2. Choose another place.</source>
        <translation>%1 konnte nicht geschrieben werden: %2. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>Only files on this machine can be attached, not %1. Save it first.</source>
        <translation>Nur Dateien auf diesem Rechner lassen sich anhängen, nicht %1. Speichern Sie es zuerst.</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>The picture of the chart can no longer be read, so it was not saved. Attach it again and have it read anew.</source>
        <translation>Das Bild des Diagramms ist nicht mehr lesbar und wurde daher nicht gespeichert. Hängen Sie es erneut an und lassen Sie es neu lesen.</translation>
    </message>
    <message>
        <source>Panel of experts</source>
        <translation>Expertenrunde</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Looking at the picture…</source>
        <translation>Betrachtet das Bild …</translation>
    </message>
    <message>
        <source>Looking at %1 pictures…</source>
        <translation>Betrachtet %1 Bilder …</translation>
    </message>
    <message>
        <source>Reading… %1 %</source>
        <translation>Liest … %1 %</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ContextMeter</name>
    <message>
        <source>This does not fit: it takes %1 tokens, and the model holds %2 with an answer of at least %3. Nothing is left out unless you say so.</source>
        <translation>Das passt nicht: Es braucht %1 Token, und das Modell fasst %2 einschließlich einer Antwort von mindestens %3. Nichts wird weggelassen, wenn Sie es nicht sagen.</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Token</translation>
    </message>
    <message>
        <source>Question: %1</source>
        <translation>Frage: %1</translation>
    </message>
    <message>
        <source>Attachments: %1</source>
        <translation>Anhänge: %1</translation>
    </message>
    <message>
        <source>Said before: %1</source>
        <translation>Vorher gesagt: %1</translation>
    </message>
    <message>
        <source>Left for the answer: %1</source>
        <translation>Bleibt für die Antwort: %1</translation>
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
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
</context>
<context>
    <name>conclave::ui::DownloadListModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>about a minute left</source>
        <translation>noch etwa eine Minute</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>noch %1 Minuten</translation>
    </message>
    <message>
        <source>%1 · every byte as listed (SHA-256)</source>
        <translation>%1 · jedes Byte wie verzeichnet (SHA-256)</translation>
    </message>
    <message>
        <source>%1 · every byte as the server states (SHA-256)</source>
        <translation>%1 · jedes Byte wie vom Server angegeben (SHA-256)</translation>
    </message>
    <message>
        <source>%1 · whole; nobody states a checksum to compare with</source>
        <translation>%1 · vollständig; eine Prüfsumme zum Vergleich gibt niemand an</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Asking for its files…</source>
        <translation>Fragt nach den Dateien…</translation>
    </message>
    <message>
        <source>%1 MB/s</source>
        <translation>%1 MB/s</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>Angehalten bei %1</translation>
    </message>
</context>
<context>
    <name>conclave::ui::DraftAttachments</name>
    <message>
        <source>Reading…</source>
        <translation>Liest…</translation>
    </message>
    <message>
        <source>as pictures</source>
        <translation>als Bilder</translation>
    </message>
    <message>
        <source>At most %1 pages of a document go as pictures; the first ones of %2 are chosen.</source>
        <translation>Höchstens %1 Seiten eines Dokuments gehen als Bilder mit; von %2 sind die ersten gewählt.</translation>
    </message>
    <message>
        <source>%1, page %2</source>
        <translation>%1, Seite %2</translation>
    </message>
    <message>
        <source>Region of the picture</source>
        <translation>Ausschnitt des Bildes</translation>
    </message>
    <message>
        <source>%1 was attached here and is no longer in the data folder. Attach it again.</source>
        <translation>%1 war hier angehängt und liegt nicht mehr im Datenordner. Hängen Sie die Datei noch einmal an.</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ExpertPanel</name>
    <message>
        <source>Load a model, and you see its experts here.</source>
        <translation>Laden Sie ein Modell, und Sie sehen hier seine Experten.</translation>
    </message>
    <message>
        <source>%1 is a dense model: every token passes through all of its weights, so there are no experts to choose from. In a model with experts, such as the built-in one, a router chooses a few of many for each token.</source>
        <translation>%1 ist ein dichtes Modell: Jedes Token geht durch alle Gewichte, es gibt also keine Experten zu wählen. In einem Modell mit Experten, wie dem eingebauten, wählt ein Router für jedes Token einige von vielen.</translation>
    </message>
    <message>
        <source>Ask something, and you see which experts work on the answer.</source>
        <translation>Fragen Sie etwas, und Sie sehen, welche Experten an der Antwort arbeiten.</translation>
    </message>
    <message>
        <source>%1 layers of %2 experts; a token uses at most %3</source>
        <translation>%1 Schichten zu %2 Experten; ein Token nutzt höchstens %3</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>Alle Schichten</translation>
    </message>
    <message>
        <source>Text tokens: %1</source>
        <translation>Text-Token: %1</translation>
    </message>
    <message>
        <source>The picture is read over bridges: none of its tokens passes an expert.</source>
        <translation>Das Bild wird über Brücken gelesen: Keines seiner Token geht durch einen Experten.</translation>
    </message>
    <message>
        <source>This model sees no pictures.</source>
        <translation>Dieses Modell sieht keine Bilder.</translation>
    </message>
    <message>
        <source>Picture tokens: %1</source>
        <translation>Bild-Token: %1</translation>
    </message>
    <message>
        <source>The experts share the work as usual.</source>
        <translation>Die Experten teilen sich die Arbeit wie üblich.</translation>
    </message>
    <message>
        <source>Collapse in layer %1: the experts no longer share the work as usual. Utilisation %2 instead of %3, confidence %4 instead of %5.</source>
        <translation>Kollaps in Schicht %1: Die Experten teilen sich die Arbeit nicht mehr wie üblich. Auslastung %2 statt %3, Sicherheit %4 statt %5.</translation>
    </message>
    <message>
        <source>On the card: %1</source>
        <translation>Auf der Karte: %1</translation>
    </message>
    <message>
        <source>In memory: %1</source>
        <translation>Im Arbeitsspeicher: %1</translation>
    </message>
    <message>
        <source>On disk, until they are called: %1</source>
        <translation>Auf der Platte, bis sie gerufen werden: %1</translation>
    </message>
    <message>
        <source>On disk: %1 (hits in memory: %2)</source>
        <translation>Auf der Platte: %1 (Treffer im Speicher: %2)</translation>
    </message>
    <message>
        <source>In the mapped file: %1</source>
        <translation>In der eingeblendeten Datei: %1</translation>
    </message>
    <message>
        <source>On the card: %1 (share of the work: %2)</source>
        <translation>Auf der Karte: %1 (Anteil an der Arbeit: %2)</translation>
    </message>
    <message>
        <source>On the card: %1 of its experts</source>
        <translation>Auf der Karte: %1 ihrer Experten</translation>
    </message>
    <message>
        <source>In memory: %1 of the others</source>
        <translation>Im Arbeitsspeicher: %1 der anderen</translation>
    </message>
    <message>
        <source>Lies on the card</source>
        <translation>Liegt auf der Karte</translation>
    </message>
    <message>
        <source>Its experts lie on the card.</source>
        <translation>Ihre Experten liegen auf der Karte.</translation>
    </message>
    <message>
        <source>Its experts lie in the mapped file.</source>
        <translation>Ihre Experten liegen in der eingeblendeten Datei.</translation>
    </message>
    <message>
        <source>In memory: %1 of its experts</source>
        <translation>Im Arbeitsspeicher: %1 ihrer Experten</translation>
    </message>
    <message>
        <source>Utilisation: %1</source>
        <translation>Auslastung: %1</translation>
    </message>
    <message>
        <source>Idle compute: %1</source>
        <translation>Leerlauf: %1</translation>
    </message>
    <message>
        <source>Confidence: %1</source>
        <translation>Sicherheit: %1</translation>
    </message>
    <message>
        <source>Layer %1, expert %2</source>
        <translation>Schicht %1, Experte %2</translation>
    </message>
    <message>
        <source>Share of the layer&apos;s work: %1</source>
        <translation>Anteil an der Arbeit der Schicht: %1</translation>
    </message>
    <message>
        <source>Works on the last token</source>
        <translation>Arbeitet am letzten Token</translation>
    </message>
    <message>
        <source>Experts a token: %1</source>
        <translation>Experten je Token: %1</translation>
    </message>
    <message>
        <source>The alarm is still learning what is usual: %1 more tokens of text.</source>
        <translation>Der Alarm lernt noch, was üblich ist: weitere %1 Text-Token.</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ForecastModel</name>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>Runs on this machine</source>
        <translation>Läuft auf diesem Rechner</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>Läuft, aber langsam</translation>
    </message>
    <message>
        <source>Too large for this machine</source>
        <translation>Zu groß für diesen Rechner</translation>
    </message>
    <message>
        <source>Cannot be run</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1; %2 at a full context</source>
        <translation>%1; %2 bei vollem Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1, forecast %2</source>
        <translation>%1, vorhergesagt %2</translation>
    </message>
    <message>
        <source>%1 of memory, forecast %2</source>
        <translation>%1 Speicher, vorhergesagt %2</translation>
    </message>
</context>
<context>
    <name>conclave::ui::LibraryViewModel</name>
    <message>
        <source>Reading every byte…</source>
        <translation>Jedes Byte wird gelesen …</translation>
    </message>
    <message>
        <source>Every byte is as the catalogue lists it (SHA-256).</source>
        <translation>Jedes Byte ist, wie der Katalog es nennt (SHA-256).</translation>
    </message>
    <message>
        <source>These are not the bytes that the catalogue lists for a file of this name: it is another version, or damaged.</source>
        <translation>Das sind nicht die Bytes, die der Katalog für eine Datei dieses Namens nennt: Sie ist eine andere Fassung oder beschädigt.</translation>
    </message>
    <message>
        <source>Every byte is as it was when the file was read first (SHA-256).</source>
        <translation>Jedes Byte ist, wie es beim ersten Lesen der Datei war (SHA-256).</translation>
    </message>
    <message>
        <source>Bytes have changed although size and date are the same: the file or its disk is damaged. Fetch it again.</source>
        <translation>Bytes haben sich geändert, obwohl Größe und Datum dieselben sind: Die Datei oder ihr Datenträger ist beschädigt. Laden Sie sie neu herunter.</translation>
    </message>
    <message>
        <source>Read for the first time. From now on it can be told whether a byte changes.</source>
        <translation>Zum ersten Mal gelesen. Von jetzt an lässt sich sagen, ob ein Byte sich ändert.</translation>
    </message>
    <message>
        <source>The file could not be read to its end, or it changed meanwhile.</source>
        <translation>Die Datei ließ sich nicht bis zum Ende lesen, oder sie änderte sich währenddessen.</translation>
    </message>
    <message>
        <source>%1 billion</source>
        <translation>%1 Milliarden</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1 Millionen</translation>
    </message>
    <message>
        <source>Can</source>
        <translation>Kann</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experten</translation>
    </message>
    <message>
        <source>%1, of which %2 answer</source>
        <translation>%1, von denen %2 antworten</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Vision</source>
        <translation>Sehen</translation>
    </message>
    <message>
        <source>needs a projector file (mmproj) beside it</source>
        <translation>braucht eine Projektordatei (mmproj) daneben</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>Frees %1.</source>
        <translation>Macht %1 frei.</translation>
    </message>
    <message>
        <source>Frees %1: %2 files.</source>
        <translation>Macht %1 frei: %2 Dateien.</translation>
    </message>
    <message>
        <source>about %1 · %2 · %3</source>
        <translation>etwa %1 · %2 · %3</translation>
    </message>
    <message>
        <source>A proxy is written as http://HOST:PORT or socks5://HOST:PORT, a mirror as https://HOST.</source>
        <translation>Ein Proxy wird als http://HOST:PORT oder socks5://HOST:PORT angegeben, ein Spiegel als https://HOST.</translation>
    </message>
    <message>
        <source>%1 · %2 · refused</source>
        <translation>%1 · %2 · abgelehnt</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>conclave::ui::ModelListModel</name>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Vision part of a model</source>
        <translation>Sehender Teil eines Modells</translation>
    </message>
    <message>
        <source>Cannot be run</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>reads charts</source>
        <translation>liest Diagramme</translation>
    </message>
    <message>
        <source>chats</source>
        <translation>chattet</translation>
    </message>
    <message>
        <source>sees pictures</source>
        <translation>sieht Bilder</translation>
    </message>
    <message>
        <source>continues text</source>
        <translation>setzt Text fort</translation>
    </message>
</context>
<context>
    <name>conclave::ui::Notifier</name>
    <message>
        <source>Show the answer</source>
        <translation>Antwort zeigen</translation>
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
    <message>
        <source>%1 · edited by you</source>
        <translation>%1 · von Ihnen bearbeitet</translation>
    </message>
</context>
<context>
    <name>conclave::ui::TranscriptRows</name>
    <message>
        <source>Thinking…</source>
        <translation>Denkt nach…</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation>%1 s nachgedacht</translation>
    </message>
    <message>
        <source>Thought for %1 min %2 s</source>
        <translation>%1 min %2 s nachgedacht</translation>
    </message>
</context>
</TS>
