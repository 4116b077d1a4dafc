"""German words of the chart generator; same keys as `en`."""

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
MONTHS_SHORT = "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez".split()
DAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
DAYS_SHORT = "Mo Di Mi Do Fr Sa So".split()
TIME = {"month": "Monat", "day": "Tag", "year": "Jahr", "quarter": "Quartal", "date": "Datum", "week": "Woche", "hour": "Stunde"}

DIMENSIONS = {
    "region": ("Region", "Nord|Süd|Ost|West|Mitte|Küste|Hafen|Innenstadt|Vorstadt|Tal|Hochland|Insel|Grenze|Nordost|Südwest"),
    "country": (
        "Land",
        "Österreich|Belgien|Brasilien|Kanada|Chile|China|Dänemark|Ägypten|Finnland|Frankreich|Deutschland|Griechenland|Ungarn|Island|Indien|"
        "Irland|Italien|Japan|Kenia|Mexiko|Norwegen|Peru|Polen|Portugal|Spanien|Schweden|Türkei|Ukraine|Vietnam|Kuba|Ghana|Schweiz|Niederlande|"
        "Vereinigte Staaten|Südkorea",
    ),
    "city": (
        "Stadt",
        "Berlin|Bern|Bremen|Dresden|Essen|Genf|Graz|Hamburg|Köln|Leipzig|Linz|London|Lyon|Mailand|München|Nürnberg|Oslo|Paris|Prag|Rom|Rostock|"
        "Salzburg|Stuttgart|Ulm|Warschau|Wien|Zürich|Düsseldorf|Frankfurt|Hannover|Kiel|Mainz|Münster",
    ),
    "food": (
        "Lebensmittel",
        "Äpfel|Bananen|Bohnen|Brot|Butter|Käse|Kirschen|Kaffee|Mais|Eier|Fisch|Mehl|Trauben|Honig|Saft|Zitronen|Milch|Nüsse|Hafer|Oliven|"
        "Zwiebeln|Orangen|Nudeln|Birnen|Pflaumen|Kartoffeln|Reis|Salat|Salz|Suppe|Zucker|Tee|Wasser|Weizen|Wein|Joghurt",
    ),
    "product": (
        "Produkt",
        "Taschen|Räder|Bücher|Stiefel|Kameras|Autos|Stühle|Uhren|Tische|Türen|Spiele|Hüte|Jacken|Lampen|Farben|Papier|Stifte|Telefone|"
        "Drucker|Radios|Bildschirme|Hemden|Schuhe|Socken|Sofas|Reifen|Werkzeug|Spielzeug|Lastwagen|Möbel|Geräte",
    ),
    "department": (
        "Abteilung",
        "Verwaltung|Entwurf|Ausfuhr|Finanzen|Recht|Logistik|Marketing|Planung|Produktion|Qualität|Forschung|Handel|Sicherheit|Service|"
        "Einkauf|Vertrieb|Schulung|Transport|Personal|Technik|Kundendienst",
    ),
    "animal": (
        "Tierart",
        "Ameisen|Bären|Bienen|Vögel|Katzen|Kühe|Rehe|Hunde|Enten|Füchse|Frösche|Gänse|Ziegen|Hasen|Pferde|Löwen|Mäuse|Otter|Eulen|Schweine|"
        "Robben|Schafe|Schlangen|Schwäne|Tiger|Wölfe",
    ),
    "sport": (
        "Sportart",
        "Boxen|Schach|Radsport|Fechten|Fußball|Golf|Handball|Wandern|Hockey|Judo|Rudern|Laufen|Segeln|Skifahren|Surfen|Schwimmen|Tennis|"
        "Turnen|Tischtennis|Klettern",
    ),
    "material": (
        "Werkstoff",
        "Messing|Zement|Ton|Kupfer|Baumwolle|Glas|Gold|Eisen|Blei|Leder|Nickel|Kunststoff|Gummi|Seide|Silber|Stahl|Stein|Zinn|Holz|Wolle|Zink",
    ),
    "energy": ("Energieträger", "Sonne|Wind|Wasser|Kernkraft|Kohle|Gas|Erdöl|Biomasse|Erdwärme|Abfall|Wind auf See|Erdgas|Sonstige"),
    "colour": ("Farbe", "Schwarz|Blau|Braun|Grün|Grau|Orange|Rosa|Lila|Rot|Türkis|Violett|Weiß|Gelb"),
    "grade": ("Gruppe", "Niedrig|Mittel|Hoch|Klein|Groß|Schlecht|Gut|Einfach|Premium|Keine|Beide|Gesamt|Andere"),
    "answer": (
        "Antwort",
        "Stimme voll zu|Stimme zu|Neutral|Lehne ab|Weiß nicht|Immer|Oft|Manchmal|Selten|Nie|Sehr zufrieden|Zufrieden|Unzufrieden|Keine Angabe",
    ),
    "age": ("Altersgruppe", "Unter 18|18-24|25-34|35-44|45-54|55-64|65-74|75 und älter"),
    "channel": ("Kanal", "Direkt|E-Mail|Suche|Empfehlung|Soziale Medien|Anzeigen|Video|Druck|Messen|Partner|App"),
    "transport": ("Verkehrsmittel", "Auto|Bus|Bahn|Straßenbahn|Fahrrad|Zu Fuß|Motorrad|Fähre|U-Bahn|Taxi|Flugzeug"),
    "crop": ("Kultur", "Gerste|Mais|Roggen|Soja|Sonnenblumen|Raps|Zuckerrüben|Hopfen|Erbsen|Linsen|Tabak|Dinkel"),
    "subject": ("Fach", "Biologie|Chemie|Deutsch|Englisch|Erdkunde|Geschichte|Mathematik|Musik|Physik|Kunst|Wirtschaft|Informatik"),
    "job": ("Beruf", "Bäcker|Tischler|Chemiker|Arzt|Fahrer|Ingenieur|Landwirt|Anwalt|Pfleger|Pilot|Lehrer|Kellner|Schweißer"),
    "browser": ("Gerät", "Rechner|Handy|Tablet|Laptop|Konsole|Fernseher|Uhr|Server|Drucker"),
    "method": ("Verfahren", "Basis|Unser|Zufall|Linear|Wald|Netz|Ensemble|Kleines Modell|Großes Modell|Variante A|Variante B"),
    "name": (
        "Name",
        "Anna|Ben|Clara|David|Emma|Erik|Eva|Felix|Frank|Georg|Hanna|Ida|Jan|Julia|Karl|Laura|Leo|Lisa|Lukas|Maria|Max|Nina|Nora|Otto|Paul|Peter|"
        "Rosa|Sara|Simon|Sophie|Thomas|Tim|Jürgen|Käthe|Jörg",
    ),
    "brand": (
        "Marke",
        "Alpha|Beta|Gamma|Delta|Sigma|Omega|Apex|Atlas|Aurora|Komet|Echo|Falke|Helix|Jupiter|Luna|Mars|Merkur|Neptun|Nova|Orion|Phönix|Polar|"
        "Puls|Quarz|Saturn|Titan|Vega|Venus|Zenit",
    ),
}
SERIES_PAIRS = [
    "Ist|Soll",
    "Ist|Plan|Prognose",
    "Männer|Frauen",
    "Einfuhr|Ausfuhr",
    "Online|Filiale",
    "Vorher|Nachher",
    "Umsatz|Kosten|Gewinn",
    "Stadt|Land",
    "Budget|Ist",
    "Inland|Ausland",
    "Öffentlich|Privat",
    "Vollzeit|Teilzeit",
    "Neu|Bestand",
    "Versuch|Kontrolle",
    "Minimum|Maximum",
    "Dieses Jahr|Vorjahr",
]

MEASURES = {
    "sales": "Absatz",
    "revenue": "Umsatz",
    "profit": "Gewinn",
    "cost": "Kosten",
    "orders": "Bestellungen",
    "output": "Ausstoß",
    "demand": "Nachfrage",
    "visitors": "Besucher",
    "users": "Nutzer",
    "members": "Mitglieder",
    "students": "Studierende",
    "staff": "Beschäftigte",
    "exports": "Ausfuhren",
    "imports": "Einfuhren",
    "budget": "Haushalt",
    "spending": "Ausgaben",
    "savings": "Ersparnis",
    "price": "Preis",
    "weight": "Gewicht",
    "height": "Höhe",
    "length": "Länge",
    "speed": "Geschwindigkeit",
    "distance": "Entfernung",
    "duration": "Dauer",
    "rainfall": "Niederschlag",
    "temperature": "Temperatur",
    "pressure": "Luftdruck",
    "energy": "Energieverbrauch",
    "power": "Leistung",
    "traffic": "Verkehr",
    "downloads": "Abrufe",
    "votes": "Stimmen",
    "score": "Punkte",
    "growth": "Wachstum",
    "share": "Anteil",
    "rate": "Quote",
    "stock": "Bestand",
    "production": "Produktion",
    "consumption": "Verbrauch",
    "emissions": "Emissionen",
    "turnover": "Erlöse",
    "yield": "Ertrag",
    "count": "Anzahl",
    "index": "Index",
    "population": "Bevölkerung",
    "passengers": "Fahrgäste",
    "complaints": "Beschwerden",
    "errors": "Fehler",
    "hours": "Stunden",
    "area": "Fläche",
    "usage": "Nutzung",
    "accuracy": "Genauigkeit",
    "latency": "Verzögerung",
    "balance": "Saldo",
    "change": "Veränderung",
    "unemployment": "Arbeitslosigkeit",
    "inflation": "Inflation",
    "income": "Einkommen",
    "rent": "Miete",
    "wages": "Löhne",
    "loss": "Verlust",
    "memory": "Speicherbedarf",
}
UNITS = {
    "euro": "EUR",
    "dollar": "USD",
    "pound": "CHF",
    "kg": "kg",
    "t": "t",
    "km": "km",
    "m": "m",
    "h": "h",
    "min": "min",
    "s": "s",
    "MW": "MW",
    "GWh": "GWh",
    "kWh": "kWh",
    "l": "l",
    "mm": "mm",
    "ha": "ha",
    "pcs": "Stück",
    "pts": "Punkte",
    "C": "°C",
    "hPa": "hPa",
    "kmh": "km/h",
    "Mt": "Mt",
    "ms": "ms",
    "MB": "MB",
}
MULTIPLIERS = {1e3: ["Tsd.", "Tausend"], 1e6: ["Mio.", "Millionen"], 1e9: ["Mrd.", "Milliarden"]}
ADJECTIVES = (
    "Jährlich|Mittel|Täglich|Monatlich|Gesamt|Netto|Brutto|Weltweit|Lokal|National|Öffentlich|Privat|Geschätzt|Erwartet|Geplant|Aktuell|Regional|"
    "Relativ|Kumuliert"
)
PLACES = "Europa|Asien|Afrika|Amerika|Werk A|Werk B|Filiale|Markt|Büro|Schule|Fabrik|Bezirk|Bundesland"
TITLES = [
    "{q} nach {d}",
    "{q} nach {d}",
    "{q} je {d}",
    "{q} ({a})",
    "{q} nach {d} ({a})",
    "{q} in {p}",
    "{q} im Überblick",
    "{q}: Bericht",
    "{q}: Ergebnisse der Umfrage",
    "{q} {y}",
    "{p}: {q}",
    "{q}",
    "{q} und {r}",
    "{q} nach {d}, {y}",
    "{q} im Jahr {y}",
    "Entwicklung: {q}",
    "{q} im Vergleich",
    "So hat sich {q} verändert",
    "Abbildung {n}: {q} nach {d}",
    "{q} gegen {r}",
    "{p}, {q} {y}",
    "{q}: Verteilung",
]
SUBTITLES = ["Stand: {y}", "in {u}", "Erstes Halbjahr {y}", "Vorläufige Zahlen", "Auswahl", "Alle Werte in {u}"]
SOURCES = ["Quelle: eigene Erhebung", "Quelle: Geschäftsbericht {y}", "Quelle: Statistikamt", "Daten: {p}, {y}", "Hinweis: gerundet"]
ANNOTATIONS = {
    "target": "Ziel",
    "mean": "Mittelwert",
    "limit": "Grenzwert",
    "peak": "Höchstwert",
    "low": "Tief",
    "start": "Beginn",
    "forecast": "Prognose",
    "event": "Neues Gesetz",
}
LABELS = {"value": "Wert", "frequency": "Häufigkeit", "count": "Anzahl", "others": "Sonstige", "share": "Anteil", "total": "Gesamt"}
