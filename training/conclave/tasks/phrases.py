"""Phrases of questions, answers and summaries in three languages; ours. `{...}` are slots.

Questions: {s} {s2} series, {r} {r2} rows, {n} a threshold, {x} the measure, {u} something that is not in the chart.
A question that names no series is asked of charts with one series. Answers and summaries: slots are citations (see `questions`).
Every fifth question phrase of a list is kept for tests.
"""

QUESTIONS = {
    "value": {
        "en": ["What is the value for {r}?", "What is the value of {s} for {r}?", "How much is {r}?", "How high is {s} in {r}?", "What does the chart show for {r}?",
               "What was {s} in {r}?", "Give me the value of {r}.", "{r}?", "Tell me the {s} value at {r}.", "How many for {r}?", "Read off {s} for {r}.", "value of {r}"],
        "de": ["Wie hoch ist der Wert für {r}?", "Wie hoch ist {s} bei {r}?", "Wie viel ist {r}?", "Welchen Wert hat {s} in {r}?", "Was zeigt das Diagramm für {r}?",
               "Wie groß war {s} in {r}?", "Nenne mir den Wert von {r}.", "Wert von {r}?", "Wie lautet der Wert von {s} für {r}?", "Wie viele sind es bei {r}?", "Lies {s} für {r} ab."],
        "zh": ["{r}的数值是多少？", "{s}在{r}的数值是多少？", "{r}是多少？", "{r}的{s}是多少？", "图中{r}的值是多少？", "请告诉我{r}的值。", "{r}时{s}有多高？", "{s}在{r}是多少？"]},
    "max_name": {
        "en": ["Which has the highest value?", "Where is {s} highest?", "What is the largest?", "Which one has the highest {s}?", "Which is the biggest?", "When was {s} highest?",
               "Who is first?", "Where does {s} peak?", "What is the maximum?", "Which one leads?"],
        "de": ["Was hat den höchsten Wert?", "Wo ist {s} am höchsten?", "Was ist am größten?", "Wann war {s} am höchsten?", "Welcher Wert ist der höchste?", "Wo liegt das Maximum von {s}?",
               "Was liegt vorn?", "Wo ist der größte Wert?"],
        "zh": ["哪个最高？", "{s}在哪里最高？", "哪个数值最大？", "{s}什么时候最高？", "最大值是哪个？", "{s}的最大值在哪里？", "谁排第一？"]},
    "min_name": {
        "en": ["Which has the lowest value?", "Where is {s} lowest?", "What is the smallest?", "Which one has the lowest {s}?", "Which is the least?", "When was {s} lowest?",
               "Who is last?", "What is the minimum?", "Where is the low of {s}?"],
        "de": ["Was hat den niedrigsten Wert?", "Wo ist {s} am niedrigsten?", "Was ist am kleinsten?", "Wann war {s} am niedrigsten?", "Welcher Wert ist der niedrigste?",
               "Wo liegt das Minimum von {s}?", "Was liegt hinten?"],
        "zh": ["哪个最低？", "{s}在哪里最低？", "哪个数值最小？", "{s}什么时候最低？", "最小值是哪个？", "{s}的最小值在哪里？"]},
    "max_value": {
        "en": ["What is the highest value?", "What is the highest value of {s}?", "How high is the peak?", "What is the maximum of {s}?", "How large is the largest value?", "How much is the top of {s}?"],
        "de": ["Wie hoch ist der höchste Wert?", "Wie hoch ist der höchste Wert von {s}?", "Wie groß ist das Maximum?", "Was ist das Maximum von {s}?", "Wie groß ist der größte Wert?"],
        "zh": ["最高值是多少？", "{s}的最高值是多少？", "最大值是多少？", "{s}最大是多少？", "峰值是多少？"]},
    "min_value": {
        "en": ["What is the lowest value?", "What is the lowest value of {s}?", "How low is the minimum?", "What is the minimum of {s}?", "How small is the smallest value?"],
        "de": ["Wie hoch ist der niedrigste Wert?", "Wie hoch ist der niedrigste Wert von {s}?", "Wie groß ist das Minimum?", "Was ist das Minimum von {s}?", "Wie klein ist der kleinste Wert?"],
        "zh": ["最低值是多少？", "{s}的最低值是多少？", "最小值是多少？", "{s}最小是多少？"]},
    "difference": {
        "en": ["What is the difference between {r} and {r2}?", "By how much do {r} and {r2} differ for {s}?", "How far apart are {r} and {r2}?", "What is the gap between {r} and {r2} in {s}?",
               "How big is the difference from {r} to {r2}?", "{r} minus {r2}?", "How do {r} and {r2} differ in {s}?"],
        "de": ["Wie groß ist der Unterschied zwischen {r} und {r2}?", "Um wie viel unterscheiden sich {r} und {r2} bei {s}?", "Wie weit liegen {r} und {r2} auseinander?",
               "Was ist die Differenz von {r} und {r2} für {s}?", "Welcher Abstand liegt zwischen {r} und {r2}?", "Differenz {r} und {r2}?"],
        "zh": ["{r}和{r2}相差多少？", "{s}在{r}和{r2}之间相差多少？", "{r}与{r2}的差是多少？", "{s}的{r}与{r2}差多少？", "{r}和{r2}差距多大？"]},
    "difference_series": {
        "en": ["What is the difference between {s} and {s2} in {r}?", "By how much do {s} and {s2} differ for {r}?", "How far apart are {s} and {s2} at {r}?", "What is the gap between {s} and {s2} for {r}?",
               "In {r}, how big is the difference of {s} and {s2}?"],
        "de": ["Wie groß ist der Unterschied zwischen {s} und {s2} bei {r}?", "Um wie viel unterscheiden sich {s} und {s2} in {r}?", "Wie weit liegen {s} und {s2} bei {r} auseinander?",
               "Was ist die Differenz von {s} und {s2} für {r}?", "Welcher Abstand liegt in {r} zwischen {s} und {s2}?"],
        "zh": ["{r}的{s}和{s2}相差多少？", "{s}与{s2}在{r}差多少？", "在{r}，{s}和{s2}的差是多少？"]},
    "ratio": {
        "en": ["How many times as large is {r} as {r2}?", "How many times {r2} is {r} in {s}?", "What is the ratio of {r} to {r2}?", "What is the ratio of {r} to {r2} for {s}?", "{r} divided by {r2}?"],
        "de": ["Wievielmal so groß ist {r} wie {r2}?", "Wie viel mal so hoch ist {s} bei {r} wie bei {r2}?", "Wie ist das Verhältnis von {r} zu {r2}?", "Verhältnis von {r} zu {r2} bei {s}?", "{r} geteilt durch {r2}?"],
        "zh": ["{r}是{r2}的几倍？", "{s}在{r}是{r2}的几倍？", "{r}与{r2}的比是多少？", "{s}的{r}与{r2}之比是多少？"]},
    "change": {
        "en": ["By how much did it change from {r} to {r2}?", "How did {s} change from {r} to {r2}?", "What is the change from {r} to {r2}?", "How much more is {s} in {r2} than in {r}?"],
        "de": ["Um wie viel änderte sich der Wert von {r} auf {r2}?", "Wie änderte sich {s} von {r} bis {r2}?", "Wie groß ist die Veränderung von {r} zu {r2}?", "Um wie viel ist {s} in {r2} höher als in {r}?"],
        "zh": ["从{r}到{r2}变化了多少？", "{s}从{r}到{r2}变化了多少？", "{r2}比{r}多多少？", "{s}在{r2}比{r}多多少？"]},
    "percent": {
        "en": ["By how many percent did it change from {r} to {r2}?", "What is the percent change of {s} from {r} to {r2}?", "How many percent more is {r2} than {r}?", "Growth in percent from {r} to {r2}?"],
        "de": ["Um wie viel Prozent änderte es sich von {r} auf {r2}?", "Wie viel Prozent beträgt die Änderung von {s} von {r} bis {r2}?", "Um wie viel Prozent liegt {r2} über {r}?", "Wachstum in Prozent von {r} bis {r2}?"],
        "zh": ["从{r}到{r2}变化了百分之几？", "{s}从{r}到{r2}增长了百分之几？", "{r2}比{r}多百分之几？"]},
    "share": {
        "en": ["What share of the total is {r}?", "What percentage of all {s} is {r}?", "How many percent of the whole is {r}?", "What part of the sum does {r} make?"],
        "de": ["Welchen Anteil am Ganzen hat {r}?", "Wie viel Prozent von {s} entfallen auf {r}?", "Wie viel Prozent der Summe ist {r}?", "Welchen Anteil macht {r} aus?"],
        "zh": ["{r}占总数的百分之几？", "{r}占{s}的百分之几？", "{r}的占比是多少？"]},
    "total": {
        "en": ["What is the total?", "What is the total of {s}?", "How much is it all together?", "What is the sum of {s}?", "Add everything up.", "What is the sum of all values?"],
        "de": ["Wie hoch ist die Summe?", "Wie hoch ist die Summe von {s}?", "Wie viel ist es insgesamt?", "Was ergibt {s} zusammen?", "Zähle alles zusammen.", "Was ist die Summe aller Werte?"],
        "zh": ["总和是多少？", "{s}的总和是多少？", "一共是多少？", "{s}一共是多少？", "合计是多少？"]},
    "mean": {
        "en": ["What is the average?", "What is the average of {s}?", "What is the mean value?", "How high is {s} on average?", "What is the mean?"],
        "de": ["Wie hoch ist der Durchschnitt?", "Wie hoch ist {s} im Durchschnitt?", "Was ist der Mittelwert?", "Was ist der Mittelwert von {s}?", "Wie viel ist es im Mittel?"],
        "zh": ["平均值是多少？", "{s}的平均值是多少？", "平均是多少？", "{s}平均是多少？"]},
    "trend": {
        "en": ["What is the trend?", "How does {s} develop?", "Does it go up or down?", "What is the trend of {s}?", "How does it change over time?", "Is {s} rising or falling?"],
        "de": ["Wie ist der Trend?", "Wie entwickelt sich {s}?", "Geht es nach oben oder nach unten?", "Wie ist der Trend von {s}?", "Wie verändert es sich?", "Steigt oder fällt {s}?"],
        "zh": ["趋势如何？", "{s}的趋势如何？", "是上升还是下降？", "{s}是上升还是下降？", "怎么变化的？"]},
    "count_above": {
        "en": ["How many are above {n}?", "How many values of {s} are above {n}?", "How many are greater than {n}?", "In how many cases is {s} more than {n}?", "Count the values over {n}."],
        "de": ["Wie viele liegen über {n}?", "Wie viele Werte von {s} liegen über {n}?", "Wie viele sind größer als {n}?", "Wie oft ist {s} höher als {n}?", "Zähle die Werte über {n}."],
        "zh": ["有多少个超过{n}？", "{s}有多少个超过{n}？", "大于{n}的有几个？", "{s}大于{n}的有几个？"]},
    "count_below": {
        "en": ["How many are below {n}?", "How many values of {s} are below {n}?", "How many are less than {n}?", "In how many cases is {s} less than {n}?", "Count the values under {n}."],
        "de": ["Wie viele liegen unter {n}?", "Wie viele Werte von {s} liegen unter {n}?", "Wie viele sind kleiner als {n}?", "Wie oft ist {s} niedriger als {n}?", "Zähle die Werte unter {n}."],
        "zh": ["有多少个低于{n}？", "{s}有多少个低于{n}？", "小于{n}的有几个？", "{s}小于{n}的有几个？"]},
    "count_rows": {
        "en": ["How many bars or points are there?", "How many categories are shown?", "How many entries has the chart?", "How many items are there?"],
        "de": ["Wie viele Einträge gibt es?", "Wie viele Kategorien sind zu sehen?", "Wie viele Einträge hat das Diagramm?", "Wie viele Posten sind es?"],
        "zh": ["有多少个类别？", "图中有几项？", "一共有几个类别？"]},
    "count_series": {
        "en": ["How many series are there?", "How many series does the chart show?", "How many lines or colours are there?"],
        "de": ["Wie viele Reihen gibt es?", "Wie viele Reihen zeigt das Diagramm?", "Wie viele Farben sind in der Legende?"],
        "zh": ["有几个系列？", "图中有多少个系列？"]},
    "compare": {
        "en": ["Which is higher, {r} or {r2}?", "Which is larger for {s}, {r} or {r2}?", "Is {r} or {r2} higher?", "Where is {s} higher, in {r} or in {r2}?", "{r} or {r2}: which is more?"],
        "de": ["Was ist höher, {r} oder {r2}?", "Was ist bei {s} größer, {r} oder {r2}?", "Ist {r} oder {r2} höher?", "Wo ist {s} höher, bei {r} oder bei {r2}?", "{r} oder {r2}: was ist mehr?"],
        "zh": ["{r}和{r2}哪个更高？", "{s}在{r}和{r2}哪个更高？", "{r}还是{r2}更大？", "{s}中{r}还是{r2}更大？"]},
    "compare_low": {
        "en": ["Which is lower, {r} or {r2}?", "Which is smaller for {s}, {r} or {r2}?", "Is {r} or {r2} lower?", "Where is {s} lower, in {r} or in {r2}?"],
        "de": ["Was ist niedriger, {r} oder {r2}?", "Was ist bei {s} kleiner, {r} oder {r2}?", "Ist {r} oder {r2} niedriger?", "Wo ist {s} niedriger, bei {r} oder bei {r2}?"],
        "zh": ["{r}和{r2}哪个更低？", "{s}在{r}和{r2}哪个更低？", "{r}还是{r2}更小？"]},
    "compare_series": {
        "en": ["Which is higher in {r}, {s} or {s2}?", "Is {s} or {s2} higher for {r}?", "{s} or {s2}: which is more in {r}?"],
        "de": ["Was ist in {r} höher, {s} oder {s2}?", "Ist {s} oder {s2} bei {r} höher?", "{s} oder {s2}: was ist bei {r} mehr?"],
        "zh": ["{r}的{s}和{s2}哪个更高？", "在{r}，{s}还是{s2}更高？"]},
    "best_series": {
        "en": ["Which series is highest in {r}?", "Which is the largest for {r}?", "What leads in {r}?", "Who is highest at {r}?"],
        "de": ["Welche Reihe ist in {r} am höchsten?", "Was ist bei {r} am größten?", "Was liegt in {r} vorn?", "Wer ist bei {r} am höchsten?"],
        "zh": ["{r}哪个系列最高？", "在{r}哪个最大？", "{r}谁最高？"]},
    "worst_series": {
        "en": ["Which series is lowest in {r}?", "Which is the smallest for {r}?", "What is last in {r}?"],
        "de": ["Welche Reihe ist in {r} am niedrigsten?", "Was ist bei {r} am kleinsten?", "Was liegt in {r} hinten?"],
        "zh": ["{r}哪个系列最低？", "在{r}哪个最小？"]},
    "yes_rows": {
        "en": ["Is {r} higher than {r2}?", "Is {s} higher in {r} than in {r2}?", "Is {r} above {r2}?", "Does {r} have more {s} than {r2}?", "Is {r} greater than {r2}?"],
        "de": ["Ist {r} höher als {r2}?", "Ist {s} in {r} höher als in {r2}?", "Liegt {r} über {r2}?", "Hat {r} mehr {s} als {r2}?", "Ist {r} größer als {r2}?"],
        "zh": ["{r}比{r2}高吗？", "{s}在{r}比{r2}高吗？", "{r}大于{r2}吗？", "{r}的{s}比{r2}多吗？"]},
    "yes_limit": {
        "en": ["Is {r} above {n}?", "Is {s} above {n} in {r}?", "Is {r} more than {n}?", "Is {s} more than {n} for {r}?"],
        "de": ["Liegt {r} über {n}?", "Liegt {s} in {r} über {n}?", "Ist {r} mehr als {n}?", "Ist {s} bei {r} höher als {n}?"],
        "zh": ["{r}超过{n}吗？", "{s}在{r}超过{n}吗？", "{r}大于{n}吗？"]},
    "yes_rise": {
        "en": ["Did it rise?", "Did {s} rise?", "Is it higher at the end than at the start?", "Does {s} end higher than it starts?"],
        "de": ["Ist es gestiegen?", "Ist {s} gestiegen?", "Ist es am Ende höher als am Anfang?", "Endet {s} höher als am Anfang?"],
        "zh": ["上升了吗？", "{s}上升了吗？", "最后比开始高吗？", "{s}最后比开始高吗？"]},
    "title": {
        "en": ["What is the title?", "What is the chart about?", "What is this chart called?", "What does the title say?"],
        "de": ["Wie heißt der Titel?", "Worum geht es in dem Diagramm?", "Wie heißt dieses Diagramm?", "Was sagt der Titel?"],
        "zh": ["标题是什么？", "这张图是关于什么的？", "图的标题是什么？"]},
    "unit": {
        "en": ["What is the unit?", "In which unit are the values?", "What unit is used?"],
        "de": ["Was ist die Einheit?", "In welcher Einheit sind die Werte?", "Welche Einheit wird benutzt?"],
        "zh": ["单位是什么？", "数值的单位是什么？"]},
    "kind": {
        "en": ["What kind of chart is this?", "What type of chart is it?", "Is this a bar or a line chart?"],
        "de": ["Was für ein Diagramm ist das?", "Welche Art von Diagramm ist es?", "Ist das ein Balken- oder ein Liniendiagramm?"],
        "zh": ["这是什么图？", "这是哪种图表？"]},
    "legend": {
        "en": ["Which series are shown?", "What is in the legend?", "What are the series called?"],
        "de": ["Welche Reihen sind zu sehen?", "Was steht in der Legende?", "Wie heißen die Reihen?"],
        "zh": ["有哪些系列？", "图例里有什么？", "系列叫什么？"]},
    "absent": {
        "en": ["What is the value for {u}?", "How much is {u}?", "What about {u}?", "How high is {s} for {u}?", "Which source are the data from, {u}?", "Why is {r} so high?", "Who made this chart?",
               "What will it be next year?", "Is {u} higher than {r}?", "What is the difference between {u} and {r}?"],
        "de": ["Wie hoch ist der Wert für {u}?", "Wie viel ist {u}?", "Was ist mit {u}?", "Wie hoch ist {s} bei {u}?", "Stammen die Daten von {u}?", "Warum ist {r} so hoch?", "Wer hat das Diagramm gemacht?",
               "Wie wird es im nächsten Jahr?", "Ist {u} höher als {r}?", "Was ist die Differenz von {u} und {r}?"],
        "zh": ["{u}的数值是多少？", "{u}是多少？", "{u}怎么样？", "{s}在{u}是多少？", "为什么{r}这么高？", "这张图是谁做的？", "明年会是多少？", "{u}比{r}高吗？"]},
}

ANSWERS = {
    "value": {"en": ["{pt}", "The value is {pt}.", "{row}: {pt}."], "de": ["{pt}", "Der Wert ist {pt}.", "{row}: {pt}."], "zh": ["{pt}", "数值是{pt}。", "{row}：{pt}。"]},
    "named": {"en": ["{c}", "It is {c}."], "de": ["{c}", "Es ist {c}."], "zh": ["{c}", "是{c}。"]},
    "number": {"en": ["{c}", "It is {c}."], "de": ["{c}", "Es sind {c}."], "zh": ["{c}", "是{c}。"]},
    "cells": {"en": ["{c}: {a} and {b}.", "{c} ({a} and {b})."], "de": ["{c}: {a} und {b}.", "{c} ({a} und {b})."], "zh": ["{c}：{a}和{b}。", "{c}（{a}和{b}）。"]},
    "trend": {"en": ["{name} {trend}, from {first} to {last}.", "{name} {trend}."], "de": ["{name} {trend}, von {first} bis {last}.", "{name} {trend}."],
              "zh": ["{name}{trend}，从{first}到{last}。", "{name}{trend}。"]},
}

SUMMARY = {
    "opening": {"en": ["The chart shows {title}.", "Shown is {title}."], "de": ["Das Diagramm zeigt {title}.", "Gezeigt wird {title}."], "zh": ["图表显示{title}。", "图中是{title}。"]},
    "extremes": {"en": ["The highest value is {max}, the lowest is {min}.", "{max} is the highest, {min} the lowest.", "It peaks at {max} and is lowest at {min}."],
                 "de": ["Der höchste Wert ist {max}, der niedrigste {min}.", "{max} liegt vorn, {min} hinten.", "Am höchsten ist {max}, am niedrigsten {min}."],
                 "zh": ["最高的是{max}，最低的是{min}。", "{max}最高，{min}最低。"]},
    "series_peak": {"en": ["{name} is highest at {max}.", "{name} peaks at {max} and is lowest at {min}."], "de": ["{name} ist am höchsten bei {max}.", "{name} liegt zwischen {min} und {max}."],
                    "zh": ["{name}最高的是{max}。", "{name}在{min}和{max}之间。"]},
    "trend": {"en": ["{name} {trend} from {first} to {last}.", "From {first} to {last}, {name} {trend}."], "de": ["{name} {trend} von {first} bis {last}.", "Von {first} bis {last}: {name} {trend}."],
              "zh": ["{name}从{first}到{last}{trend}。", "从{first}到{last}，{name}{trend}。"]},
    "change": {"en": ["That is a change of {change} ({pct})."], "de": ["Das ist eine Änderung von {change} ({pct})."], "zh": ["变化为{change}（{pct}）。"]},
    "mean": {"en": ["The average is {mean} and the total {total}.", "On average it is {mean}."], "de": ["Der Durchschnitt ist {mean}, die Summe {total}.", "Im Durchschnitt sind es {mean}."],
             "zh": ["平均值是{mean}，总和是{total}。", "平均为{mean}。"]},
    "average": {"en": ["The average is {mean}.", "The mean of {name} is {mean}."], "de": ["Der Durchschnitt ist {mean}.", "Der Mittelwert von {name} ist {mean}."], "zh": ["平均值是{mean}。", "{name}的平均值是{mean}。"]},
    "share": {"en": ["The largest share is {max}, {share} of the whole.", "{max} has the largest share, {min} the smallest."], "de": ["Den größten Anteil hat {max}, {share} des Ganzen.", "{max} hat den größten Anteil, {min} den kleinsten."],
              "zh": ["占比最大的是{max}，占总数的{share}。", "{max}占比最大，{min}占比最小。"]},
    "leader": {"en": ["In {row}, {maxof} is highest and {minof} lowest.", "{maxof} leads in {row}."], "de": ["In {row} ist {maxof} am höchsten und {minof} am niedrigsten.", "In {row} liegt {maxof} vorn."],
               "zh": ["在{row}，{maxof}最高，{minof}最低。", "{row}中{maxof}最高。"]},
    "range": {"en": ["Between the highest and the lowest lie {range}.", "The values span {range}."], "de": ["Zwischen dem höchsten und dem niedrigsten Wert liegen {range}.", "Die Spanne beträgt {range}."],
              "zh": ["最高与最低相差{range}。"]},
}

TALK = {
    "greet": {"en": ["Hello", "Hi", "Hello!", "Good morning", "Hi there", "Hey", "Good evening!"], "de": ["Hallo", "Guten Tag", "Hallo!", "Guten Morgen", "Servus", "Moin", "Guten Abend!"], "zh": ["你好", "您好", "你好！", "早上好", "晚上好"]},
    "can": {"en": ["What can you do?", "How can you help me?", "What are you good at?", "What do you know?", "What can I ask you?", "Which charts can you read?", "Help", "Can you read charts?"],
            "de": ["Was kannst du?", "Wie kannst du mir helfen?", "Was können Sie?", "Was weißt du?", "Was kann ich dich fragen?", "Welche Diagramme kannst du lesen?", "Hilfe", "Kannst du Diagramme lesen?"],
            "zh": ["你能做什么？", "你可以帮我做什么？", "你会什么？", "我可以问你什么？", "你能读哪些图表？", "帮助", "你能读图表吗？"]},
    "who": {"en": ["Who are you?", "What are you?", "What is your name?", "Which model are you?", "Are you a person?", "Who made you?"], "de": ["Wer bist du?", "Was bist du?", "Wie heißt du?", "Welches Modell bist du?", "Bist du ein Mensch?", "Wer hat dich gemacht?"],
            "zh": ["你是谁？", "你是什么？", "你叫什么名字？", "你是什么模型？", "你是人吗？"]},
    "how": {"en": ["How do I use this?", "How does it work?", "What do I have to do?", "How do I start?", "How do I add a chart?"], "de": ["Wie benutze ich das?", "Wie funktioniert das?", "Was muss ich tun?", "Wie fange ich an?", "Wie füge ich ein Diagramm ein?"],
            "zh": ["怎么使用？", "这是怎么工作的？", "我该怎么做？", "怎么开始？", "怎么添加图表？"]},
    "thanks": {"en": ["Thank you", "Thanks", "Thanks!", "Great, thank you.", "Thank you very much"], "de": ["Danke", "Vielen Dank", "Danke!", "Super, danke.", "Danke schön"], "zh": ["谢谢", "多谢", "谢谢！", "非常感谢"]},
    "bye": {"en": ["Bye", "Goodbye", "See you", "Good night"], "de": ["Tschüss", "Auf Wiedersehen", "Bis bald", "Gute Nacht"], "zh": ["再见", "拜拜", "晚安"]},
    "refuse": {
        "en": ["Write a {p} about {o}.", "Write me a {p}.", "Translate this into {l}.", "What is the capital of {o}?", "Who is the president of {o}?", "How do I cook {f}?", "What is the weather today?",
               "Tell me a joke.", "What is {k} plus {k2}?", "Explain {o} to me.", "Summarise this text.", "Write a program that sorts numbers.", "What is the meaning of life?", "Give me advice about {o}.",
               "Correct my spelling.", "Describe this photo.", "Who won the game yesterday?", "Draw a picture of {f}.", "What time is it?", "Recommend a book about {o}.", "Tell me about {o}.", "What is {o}?"],
        "de": ["Schreibe ein {p} über {o}.", "Schreib mir einen Text.", "Übersetze das ins {l}.", "Was ist die Hauptstadt von {o}?", "Wer ist Präsident von {o}?", "Wie koche ich {f}?", "Wie ist das Wetter heute?",
               "Erzähle einen Witz.", "Was ist {k} plus {k2}?", "Erkläre mir {o}.", "Fasse diesen Text zusammen.", "Schreibe ein Programm, das Zahlen sortiert.", "Was ist der Sinn des Lebens?", "Gib mir Rat zu {o}.",
               "Korrigiere meine Rechtschreibung.", "Beschreibe dieses Foto.", "Wer hat gestern gewonnen?", "Male ein Bild von {f}.", "Wie spät ist es?", "Empfiehl mir ein Buch über {o}.", "Was ist {o}?"],
        "zh": ["写一首关于{o}的{p}。", "给我写一篇{p}。", "把这个翻译成{l}。", "{o}的首都是哪里？", "{o}的总统是谁？", "{f}怎么做？", "今天天气怎么样？", "讲个笑话。", "{k}加{k2}是多少？", "给我解释{o}。",
               "总结这段文字。", "写一个排序程序。", "人生的意义是什么？", "现在几点？", "推荐一本关于{o}的书。", "{o}是什么？"]},
}

FILLERS = {  # of refusals
    "p": {"en": "poem story letter song speech essay report".split(), "de": "Gedicht Lied Märchen Buch".split(), "zh": "诗 歌 信 故事".split()},
    "o": {"en": "love history music France physics war peace nature football space Berlin Japan art money health China".split(),
          "de": "Liebe Geschichte Musik Frankreich Physik Frieden Natur Japan Kunst Geld Gesundheit Berlin China".split(), "zh": "爱情 历史 音乐 法国 物理 和平 自然 日本 艺术 健康 北京".split()},
    "l": {"en": "German English French Chinese Spanish".split(), "de": "Deutsche Englische Französische Chinesische".split(), "zh": "德语 英语 法语 中文".split()},
    "f": {"en": ["rice", "soup", "a cat", "a dog", "bread", "a horse"], "de": ["Reis", "Suppe", "Brot", "Kartoffeln", "einen Hund"], "zh": ["米饭", "汤", "面包", "小猫"]},
}


DESCRIBE = {  # answered with a summary; added after the vocabulary was fixed, so that `all_text` leaves it out
    "en": ["Describe this chart.", "What does this chart show?", "Summarise this.", "Describe this", "Give me a summary of the chart.", "Explain this chart.",
           "What do we see here?", "Summarize the chart", "Tell me about this chart."],
    "de": ["Beschreibe dieses Diagramm.", "Was zeigt dieses Diagramm?", "Fasse das zusammen.", "Beschreibe das", "Gib mir eine Zusammenfassung.", "Erkläre dieses Diagramm.",
           "Was sehen wir hier?", "Fasse das Diagramm zusammen", "Was steht in diesem Diagramm?"],
    "zh": ["描述这个图。", "这个图表显示了什么？", "总结一下。", "描述一下", "给出图表的总结。", "解释这个图。", "图里有什么？", "总结这个图表", "说说这个图。"],
}


def all_text(language: str) -> list[str]:
    """Every phrase of a language, for the vocabulary."""
    out = [phrase for group in (QUESTIONS, ANSWERS, SUMMARY, TALK) for family in group.values() for phrase in family[language]]
    return out + [word for filler in FILLERS.values() for word in filler[language]]
