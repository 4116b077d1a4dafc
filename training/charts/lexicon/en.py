"""English words of the chart generator. All lists are our own and closed: recipe and tokenizer read them through `charts.words`."""

MONTHS = "January February March April May June July August September October November December".split()
MONTHS_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
DAYS_SHORT = "Mon Tue Wed Thu Fri Sat Sun".split()
TIME = {"month": "Month", "day": "Day", "year": "Year", "quarter": "Quarter", "date": "Date", "week": "Week", "hour": "Hour"}

# dimension: (its name, its members); a member may be several words
DIMENSIONS = {
    "region": ("Region", "North|South|East|West|Central|Coast|Inland|Harbour|Uptown|Downtown|Valley|Highland|Island|Border|North East|South West"),
    "country": (
        "Country",
        "Austria|Belgium|Brazil|Canada|Chile|China|Denmark|Egypt|Finland|France|Germany|Greece|Hungary|Iceland|India|Ireland|"
        "Italy|Japan|Kenya|Mexico|Norway|Peru|Poland|Portugal|Spain|Sweden|Turkey|Ukraine|Vietnam|Cuba|Nepal|Oman|Qatar|Malta|Ghana|"
        "United Kingdom|United States|South Korea|Netherlands|Switzerland",
    ),
    "city": (
        "City",
        "Berlin|Bern|Boston|Cairo|Delhi|Dublin|Essen|Geneva|Graz|Hamburg|Kyoto|Leeds|Lima|Lisbon|London|Lyon|Madrid|Milan|Munich|Oslo|"
        "Paris|Porto|Prague|Riga|Rome|Seoul|Sofia|Sydney|Tokyo|Turin|Vienna|Warsaw|Zurich|New York|Los Angeles",
    ),
    "food": (
        "Food",
        "Apples|Bananas|Beans|Bread|Butter|Cheese|Cherries|Coffee|Corn|Eggs|Fish|Flour|Grapes|Honey|Juice|Lemons|Milk|Nuts|Oats|Olives|"
        "Onions|Oranges|Pasta|Peaches|Pears|Plums|Potatoes|Rice|Salad|Salt|Soup|Sugar|Tea|Water|Wheat|Wine|Yogurt",
    ),
    "product": (
        "Product",
        "Audio|Bags|Bikes|Books|Boots|Cameras|Cars|Chairs|Clocks|Desks|Doors|Games|Gloves|Hats|Jackets|Lamps|Laptops|Paint|Paper|Pens|"
        "Phones|Printers|Radios|Screens|Shirts|Shoes|Socks|Sofas|Tablets|Tires|Tools|Toys|Trucks|Vans|Watches|Office chairs|Smart home",
    ),
    "department": (
        "Department",
        "Admin|Design|Export|Finance|Legal|Logistics|Marketing|Online|Planning|Production|Quality|Research|Retail|Security|"
        "Service|Support|Testing|Training|Transport|Wholesale|Human resources|Customer care",
    ),
    "animal": (
        "Species",
        "Ants|Bats|Bears|Bees|Birds|Cats|Cows|Deer|Dogs|Ducks|Foxes|Frogs|Geese|Goats|Hares|Horses|Lions|Mice|Moths|Otters|Owls|Pigs|"
        "Seals|Sheep|Snakes|Swans|Tigers|Wolves",
    ),
    "sport": (
        "Sport",
        "Archery|Boxing|Chess|Cricket|Cycling|Fencing|Football|Golf|Handball|Hiking|Hockey|Judo|Rowing|Rugby|Running|Sailing|Skiing|"
        "Squash|Surfing|Swimming|Tennis|Volleyball|Table tennis",
    ),
    "material": (
        "Material",
        "Brass|Cement|Clay|Copper|Cotton|Glass|Gold|Iron|Lead|Leather|Nickel|Plastic|Rubber|Silk|Silver|Steel|Stone|Tin|Wood|Wool|Zinc",
    ),
    "energy": ("Source", "Solar|Wind|Hydro|Nuclear|Coal|Gas|Oil|Biomass|Geothermal|Waste|Offshore wind|Natural gas|Other"),
    "colour": ("Colour", "Amber|Black|Blue|Brown|Cyan|Green|Grey|Indigo|Orange|Pink|Purple|Red|Teal|Violet|White|Yellow"),
    "grade": ("Group", "Low|Medium|High|Small|Large|Poor|Fair|Good|Great|Basic|Plus|Premium|Junior|Senior|None|Both|Total|Other"),
    "answer": (
        "Answer",
        "Strongly agree|Agree|Neutral|Disagree|Strongly disagree|Do not know|Always|Often|Sometimes|Rarely|Never|Very satisfied|Satisfied|"
        "Dissatisfied|No answer",
    ),
    "age": ("Age group", "Under 18|18-24|25-34|35-44|45-54|55-64|65-74|75 and over"),
    "channel": ("Channel", "Direct|Email|Organic search|Paid search|Referral|Social media|Display|Video|Print|Events|Partners|App"),
    "transport": ("Mode", "Car|Bus|Train|Tram|Bicycle|Walking|Motorcycle|Ferry|Metro|Taxi|Plane|Car sharing"),
    "crop": ("Crop", "Barley|Maize|Rye|Soybeans|Sunflower|Rapeseed|Sugar beet|Hops|Peas|Lentils|Tobacco|Spelt"),
    "subject": ("Subject", "Biology|Chemistry|English|French|Geography|History|Mathematics|Music|Physics|Art|Economics|Computer science"),
    "job": ("Occupation", "Baker|Carpenter|Chemist|Clerk|Doctor|Driver|Engineer|Farmer|Lawyer|Nurse|Pilot|Teacher|Waiter|Welder"),
    "browser": ("Device", "Desktop|Mobile|Tablet|Laptop|Console|Television|Wearable|Server|Router|Printer"),
    "method": ("Method", "Baseline|Ours|Random|Linear|Ridge|Forest|Boosting|Network|Ensemble|Small model|Large model|Ablation"),
    "name": (
        "Name",
        "Adam|Alice|Anna|Ben|Carl|Clara|David|Emma|Eric|Eva|Felix|Frank|George|Hanna|Ian|Ida|Jack|Jane|John|Julia|Karl|Kate|Laura|Leo|Lisa|"
        "Lucas|Maria|Mark|Max|Nina|Nora|Oscar|Otto|Paul|Peter|Rosa|Sara|Simon|Sophie|Thomas|Tim|Victor",
    ),
    "brand": (
        "Brand",
        "Alpha|Beta|Gamma|Delta|Epsilon|Sigma|Omega|Apex|Atlas|Aurora|Bolt|Comet|Crest|Dawn|Echo|Falcon|Helix|Jupiter|Lunar|Mars|Mercury|"
        "Neptune|Nova|Orion|Phoenix|Pixel|Polar|Prime|Pulse|Quartz|Rapid|Saturn|Spark|Titan|Vega|Venus|Vertex|Zenith",
    ),
}
SERIES_PAIRS = [
    "Actual|Target",
    "Actual|Plan|Forecast",
    "Men|Women",
    "Imports|Exports",
    "Online|Store",
    "Before|After",
    "Revenue|Costs|Profit",
    "Urban|Rural",
    "Budget|Actual",
    "Domestic|Foreign",
    "Public|Private",
    "Full time|Part time",
    "New|Returning",
    "Treatment|Control",
    "Minimum|Maximum",
    "This year|Last year",
]

# quantity: (name, units, low, high, sign) where sign "+" never falls below zero, "-" may
MEASURES = {
    "sales": "Sales",
    "revenue": "Revenue",
    "profit": "Profit",
    "cost": "Costs",
    "orders": "Orders",
    "output": "Output",
    "demand": "Demand",
    "visitors": "Visitors",
    "users": "Users",
    "members": "Members",
    "students": "Students",
    "staff": "Employees",
    "exports": "Exports",
    "imports": "Imports",
    "budget": "Budget",
    "spending": "Spending",
    "savings": "Savings",
    "price": "Price",
    "weight": "Weight",
    "height": "Height",
    "length": "Length",
    "speed": "Speed",
    "distance": "Distance",
    "duration": "Duration",
    "rainfall": "Rainfall",
    "temperature": "Temperature",
    "pressure": "Pressure",
    "energy": "Energy use",
    "power": "Power",
    "traffic": "Traffic",
    "downloads": "Downloads",
    "votes": "Votes",
    "score": "Score",
    "growth": "Growth",
    "share": "Share",
    "rate": "Rate",
    "stock": "Stock",
    "production": "Production",
    "consumption": "Consumption",
    "emissions": "Emissions",
    "turnover": "Turnover",
    "yield": "Yield",
    "count": "Number",
    "index": "Index",
    "population": "Population",
    "passengers": "Passengers",
    "complaints": "Complaints",
    "errors": "Errors",
    "hours": "Hours",
    "area": "Area",
    "usage": "Usage",
    "accuracy": "Accuracy",
    "latency": "Latency",
    "balance": "Balance",
    "change": "Change",
    "unemployment": "Unemployment",
    "inflation": "Inflation",
    "income": "Income",
    "rent": "Rent",
    "wages": "Wages",
    "loss": "Loss",
    "memory": "Memory use",
}
UNITS = {
    "euro": "EUR",
    "dollar": "USD",
    "pound": "GBP",
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
    "l": "L",
    "mm": "mm",
    "ha": "ha",
    "pcs": "pcs",
    "pts": "pts",
    "C": "°C",
    "hPa": "hPa",
    "kmh": "km/h",
    "Mt": "Mt",
    "ms": "ms",
    "MB": "MB",
}
MULTIPLIERS = {1e3: ["k", "thousand"], 1e6: ["m", "mn", "million", "M"], 1e9: ["bn", "billion"]}
ADJECTIVES = (
    "Annual|Average|Daily|Monthly|Weekly|Quarterly|Total|Net|Gross|New|Global|Local|National|Public|Private|Estimated|Expected|Median|"
    "Overall|Planned|Recent|Regional|Typical|Relative|Cumulative"
)
PLACES = "Europe|Asia|Africa|America|Oceania|Plant A|Plant B|Store|Market|Office|School|Factory|Branch|District"
TITLES = [
    "{q} by {d}",
    "{q} by {d}",
    "{q} per {d}",
    "{a} {q}",
    "{a} {q} by {d}",
    "{q} in {p}",
    "{a} {q} in {p}",
    "{q} overview",
    "{q} report",
    "{q} survey results",
    "{q} {y}",
    "{p}: {q}",
    "{q}",
    "{q} and {r}",
    "{q} by {d}, {y}",
    "{a} {q} by {d}, {y}",
    "{q} of the year {y}",
    "Development of {q}",
    "Comparison of {q} by {d}",
    "How {q} changed",
    "Figure {n}: {q} by {d}",
    "{q} vs. {r}",
    "{p}, {q} {y}",
    "{q} breakdown",
]
SUBTITLES = ["Source data {y}", "in {u}", "First half of {y}", "Preliminary figures", "Selected members only", "All values in {u}", "Status: {y}"]
SOURCES = ["Source: own survey", "Source: annual report {y}", "Source: statistics office", "Data: {p}, {y}", "Note: figures rounded"]
ANNOTATIONS = {
    "target": "Target",
    "mean": "Average",
    "limit": "Limit",
    "peak": "Peak",
    "low": "Low",
    "start": "Start",
    "forecast": "Forecast",
    "event": "New law",
}
LABELS = {"value": "Value", "frequency": "Frequency", "count": "Count", "others": "Others", "share": "Share", "total": "Total"}
