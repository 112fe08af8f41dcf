#!/usr/bin/env python3
"""Writes the sample data of the quickstart: three silos that differ in kind.

    python3 submit/sample/make_sample.py            # writes the .jsonl files beside this script
    python3 submit/sample/make_sample.py --check    # fails if they are not what it would write

  arithmetic.jsonl   one-step word problems; the answer can be checked exactly
  support.jsonl      replies to customers in one house style
  extraction.jsonl   a sentence in, `key: value` lines out

Every choice comes from a hash of the silo, the row and what is chosen, so the files do not depend
on Python's version. Needs nothing but Python 3. Apache-2.0, as the rest of the project.
"""
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
NAMES = """Ada Ben Cleo Dan Eva Finn Gia Hugo Iris Jon Kim Leo Mia Nils Olga Paul Quinn Rosa Sam Tess
Uma Vera Will Xena Yara Zoe""".split()
ITEMS = """apples pens cups books coins eggs shells cards stamps tickets cookies marbles plants keys
boxes candles flowers buttons""".split()


class Row:
    """The choices of one row: `pick` gives the same value for the same silo, number, try and key."""

    def __init__(self, silo, number, attempt):
        self.seed = f"{silo}/{number}/{attempt}"

    def below(self, key, bound):
        digest = hashlib.sha256(f"{self.seed}/{key}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def pick(self, key, options):
        return options[self.below(key, len(options))]

    def between(self, key, low, high):
        return low + self.below(key, high - low + 1)


def arithmetic(row):
    name, other = row.pick("name", NAMES[:13]), row.pick("other", NAMES[13:])
    item = row.pick("item", ITEMS)
    kind = row.pick("kind", ["addition", "addition", "subtraction", "subtraction", "multiplication"])
    if kind == "addition":
        a, b = row.between("a", 2, 10), row.between("b", 2, 9)
        question = row.pick("text", [
            f"{name} has {a} {item} and buys {b} more. How many {item} does {name} have now?",
            f"{name} has {a} {item} and {other} has {b} {item}. How many {item} do they have together?",
            f"There are {a} {item} on the table. {name} adds {b} {item}. How many {item} are on the table?",
        ])
        sign, result = "+", a + b
    elif kind == "subtraction":
        b = row.between("b", 2, 8)
        a = b + row.between("rest", 1, 10)
        question = row.pick("text", [
            f"{name} has {a} {item} and gives {b} of them to {other}. How many {item} does {name} have left?",
            f"{name} had {a} {item} but lost {b}. How many {item} are left?",
            f"A box holds {a} {item}. {other} takes out {b}. How many {item} stay in the box?",
        ])
        sign, result = "-", a - b
    else:
        a, b = row.between("a", 2, 5), row.between("b", 2, 6)
        question = row.pick("text", [
            f"{name} has {a} bags with {b} {item} in each bag. How many {item} does {name} have?",
            f"{other} buys {a} packs of {b} {item}. How many {item} is that?",
        ])
        sign, result = "x", a * b
    return kind, question, "", f"{a} {sign} {b} = {result}. The answer is {result}."


def support(row):
    name = row.pick("name", NAMES)
    order = row.between("order", 1000, 9999)
    product = row.pick("product", ["lamp", "kettle", "chair", "radio", "backpack", "blender", "desk", "mirror"])
    kind = row.pick("kind", ["delivery", "refund", "exchange", "password", "invoice"])
    customer, reply = {
        "delivery": (
            row.pick("text", [
                f"Where is my {product}? Order {order} should be here by now.",
                f"My order {order} with the {product} has not arrived.",
                f"When will the {product} from order {order} come?",
            ]),
            f"Your {product} from order {order} is on its way and arrives in two days."),
        "refund": (
            row.pick("text", [
                f"I sent the {product} back. When do I get my money for order {order}?",
                f"Please refund order {order}, the {product} is not what I wanted.",
            ]),
            f"We have started your refund for order {order}. You will see it within a week."),
        "exchange": (
            row.pick("text", [
                f"The {product} in order {order} is broken. Can I have another one?",
                f"I got the wrong {product} in order {order}.",
            ]),
            f"A new {product} for order {order} leaves today. Keep the old one until it arrives."),
        "password": (
            row.pick("text", [
                f"I cannot log in any more to see order {order}.",
                f"I forgot my password and need to check my {product} order.",
            ]),
            "Use the link on the login page to set a new password. It works for one hour."),
        "invoice": (
            row.pick("text", [
                f"I need the invoice of order {order} for my {product}.",
                f"Can you send me a bill for the {product}, order {order}?",
            ]),
            f"The invoice of order {order} is in your inbox now."),
    }[kind]
    return (kind, "Reply to the customer in our house style.", f"{customer} {name}",
            f"Hi {name}, thank you for writing! {reply} Warm wishes, your Lumo team")


def extraction(row):
    name = row.pick("name", NAMES)
    kind = row.pick("kind", ["meeting", "purchase", "trip"])
    day = row.pick("day", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
    if kind == "meeting":
        room, hour = f"{row.pick('floor', 'ABCDE')}{row.between('room', 1, 29)}", row.between("hour", 1, 12)
        half = row.pick("half", ["am", "pm"])
        text = row.pick("text", [
            f"{name} meets us on {day} at {hour} {half} in room {room}.",
            f"Please be in room {room} on {day} at {hour} {half}, {name} will be there.",
            f"On {day} we talk to {name}, {hour} {half}, room {room}.",
        ])
        fields = [("who", name), ("day", day), ("time", f"{hour} {half}"), ("room", room)]
    elif kind == "purchase":
        count, item, price = row.between("count", 2, 40), row.pick("item", ITEMS), row.between("price", 3, 95)
        text = row.pick("text", [
            f"{name} bought {count} {item} for {price} euros on {day}.",
            f"On {day}, {name} paid {price} euros and took {count} {item} home.",
            f"We sold {count} {item} to {name} on {day}. The price was {price} euros.",
        ])
        fields = [("who", name), ("day", day), ("item", item), ("count", count), ("price", price)]
    else:
        cities = "Oslo Rome Lima Cairo Kyoto Paris Delhi Porto Quito Seoul Perth Dakar".split()
        start = row.pick("start", cities)
        end = row.pick("end", [city for city in cities if city != start])
        means = row.pick("means", ["train", "bus", "plane", "ship"])
        text = row.pick("text", [
            f"{name} goes from {start} to {end} by {means} on {day}.",
            f"The {means} that {name} takes on {day} leaves {start} and ends in {end}.",
            f"On {day} a {means} brings {name} to {end}. It starts in {start}.",
        ])
        fields = [("who", name), ("day", day), ("from", start), ("to", end), ("by", means)]
    return kind, "List the facts as key: value lines.", text, "\n".join(f"{k}: {v}" for k, v in fields)


def rows(silo, make, count):
    seen, attempt = set(), 0
    for number in range(1, count + 1):
        while True:  # until the row is new
            attempt += 1
            category, instruction, text, output = make(Row(silo, number, attempt))
            if (instruction, text) not in seen:
                break
        seen.add((instruction, text))
        yield {"id": f"{silo}-{number:03d}", "silo": silo, "category": category,
               "instruction": instruction, "input": text, "output": output}


def content(silo, make, count):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(silo, make, count))


def main():
    for silo, make, count in (("arithmetic", arithmetic, 220), ("support", support, 200),
                              ("extraction", extraction, 180)):
        file, text = HERE / f"{silo}.jsonl", content(silo, make, count)
        if "--check" in sys.argv[1:]:
            if file.read_text(encoding="utf-8") != text:
                sys.exit(f"Invalid {file.name}: not what make_sample.py writes; run it again")
        else:
            file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
