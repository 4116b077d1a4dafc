"""Closed word lists of the chart generator. Every word becomes one token with U+2581 in front.

The lists are our own. Values are drawn independently of the words, so that no word predicts a number.
"""

MONTHS_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
DAYS_LONG = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

REGIONS = "North South East West Central Coast Inland Harbour Uptown Downtown Valley Highland Island Border".split()
COUNTRIES = ("Austria Belgium Brazil Canada Chile China Denmark Egypt Finland France Germany Greece Hungary Iceland "
             "India Ireland Italy Japan Kenya Mexico Norway Peru Poland Portugal Spain Sweden Turkey Ukraine "
             "Vietnam Cuba Chad Nepal Oman Qatar Malta Ghana").split()
CITIES = ("Berlin Bern Boston Cairo Delhi Dublin Essen Geneva Graz Hamburg Kyoto Leeds Lima Lisbon London Lyon Madrid "
          "Milan Munich Oslo Paris Porto Prague Riga Rome Seoul Sofia Sydney Tokyo Turin Vienna Warsaw Zurich").split()
FOODS = ("Apples Bananas Beans Bread Butter Cheese Cherries Coffee Corn Eggs Fish Flour Grapes Honey Juice Lemons Milk "
         "Nuts Oats Olives Onions Oranges Pasta Peaches Pears Plums Potatoes Rice Salad Salt Soup Sugar Tea Water "
         "Wheat Wine Yogurt").split()
PRODUCTS = ("Audio Bags Bikes Books Boots Cameras Cars Chairs Clocks Desks Doors Games Gloves Hats Jackets Lamps Laptops "
            "Paint Paper Pens Phones Printers Radios Screens Shirts Shoes Socks Sofas Tablets Tires Tools Toys "
            "Trucks Tubes Vans Watches").split()
DEPARTMENTS = ("Admin Design Export Finance Legal Logistics Marketing Online Planning Production Quality Research Retail "
               "Security Service Support Testing Training Transport Wholesale").split()
ANIMALS = ("Ants Bats Bears Bees Birds Cats Cows Deer Dogs Ducks Foxes Frogs Geese Goats Hares Horses Lions Mice Moths "
           "Otters Owls Pigs Seals Sheep Snakes Swans Tigers Wolves").split()
SPORTS = ("Archery Boxing Chess Cricket Cycling Fencing Football Golf Handball Hiking Hockey Judo Rowing Rugby Running "
          "Sailing Skiing Squash Surfing Swimming Tennis Volleyball").split()
MATERIALS = ("Brass Cement Clay Coal Copper Cotton Glass Gold Iron Lead Leather Nickel Oil Plastic Rubber Silk Silver "
             "Steel Stone Tin Wood Wool Zinc Gas Solar Wind Hydro Nuclear Biomass").split()
COLOURS = "Amber Black Blue Brown Cyan Green Grey Indigo Orange Pink Purple Red Teal Violet White Yellow".split()
GRADES = "Low Medium High Small Large Poor Fair Good Great Basic Plus Premium Junior Senior Total Other None Both".split()
PEOPLE = ("Adam Alice Anna Ben Carl Clara David Emma Eric Eva Felix Frank George Hanna Ian Ida Jack Jane John Julia Karl "
          "Kate Laura Leo Lisa Lucas Maria Mark Max Nina Nora Oscar Otto Paul Peter Rosa Sara Simon Sophie Thomas Tim "
          "Victor").split()
BRANDS = ("Alpha Beta Gamma Delta Epsilon Sigma Omega Apex Atlas Aurora Bolt Comet Crest Dawn Echo Falcon Helix Jupiter "
          "Lunar Mars Mercury Neptune Nova Orion Phoenix Pixel Polar Prime Pulse Quartz Rapid Saturn Spark Titan "
          "Vega Venus Vertex Zenith").split()

MEASURES = ("Sales Revenue Profit Income Cost Costs Orders Output Demand Supply Visitors Users Members Students Staff Exports "
            "Imports Budget Spending Savings Price Prices Weight Height Length Speed Distance Duration Rainfall "
            "Temperature Pressure Energy Power Traffic Downloads Votes Score Scores Points Growth Share Shares Rate "
            "Stock Production Consumption Emissions Turnover Yield Volume Count Number Amount Value Level Index "
            "Population Passengers Deliveries Complaints Errors Tickets Hours Area Usage").split()
DIMENSIONS = ("Region Country City Food Product Department Animal Sport Material Colour Grade Name Brand Month Day Year "
              "Quarter Code Week Category Group Team Item Class Type").split()
ADJECTIVES = ("Annual Average Daily Monthly Weekly Quarterly Yearly Total Net Gross New Global Local National Public Private "
              "Current Estimated Expected Final Main Mean Median Overall Planned Recent Regional Typical Urban Rural").split()
PLACES = "Europe Asia Africa America Oceania Plant Store Market Office School Region Company Factory Branch District".split()
GLUE = "by per of in for and the at from to with on vs a".split()
UNITS = ["%", "USD", "EUR", "GBP", "kg", "t", "km", "m", "h", "min", "MW", "GWh", "L", "mm", "pcs", "k", "mn", "bn", "pts", "$", "€"]
TITLE_EXTRA = "Overview Report Summary Results Survey Comparison Statistics Breakdown Distribution Development Trend".split()
SUMMARY = ("The The chart shows highest lowest value is and from to In total average sum of all series has at with "
           "largest smallest slice are between share peak low starts ends values range over compared").split()

CATEGORY_LISTS = {
    "Region": REGIONS, "Country": COUNTRIES, "City": CITIES, "Food": FOODS, "Product": PRODUCTS, "Department": DEPARTMENTS,
    "Animal": ANIMALS, "Sport": SPORTS, "Material": MATERIALS, "Colour": COLOURS, "Grade": GRADES, "Name": PEOPLE,
    "Brand": BRANDS,
}


def all_words() -> list[str]:
    """Every word once, in a fixed order: the whole-word part of the vocabulary."""
    lists = [MONTHS_SHORT, MONTHS, DAYS, DAYS_LONG, *CATEGORY_LISTS.values(), MEASURES, DIMENSIONS, ADJECTIVES, PLACES,
             GLUE, [u for u in UNITS if len(u) > 1], TITLE_EXTRA, SUMMARY]
    return list(dict.fromkeys(word for words in lists for word in words))
