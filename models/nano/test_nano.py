"""`python -m unittest` in this folder: what training sees is what the chat template writes, and copies are found."""

import json
import random
import unittest
from itertools import islice

import jinja2

from arithmetic import question, value_of
from builtin_tools import zones
from copying import sources
from generate import conversations
from held_out import held_out, tools
from render import CHAT_TEMPLATE, segments


class NanoData(unittest.TestCase):
    def test_training_text_equals_the_chat_template(self):
        environment = jinja2.Environment()
        environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
        template = environment.from_string(CHAT_TEMPLATE)
        for conversation in islice(conversations(11), 300):
            self.assertEqual("".join(text for text, _ in segments(conversation)), template.render(**conversation))

    def test_the_same_seed_gives_the_same_conversations(self):
        self.assertEqual(list(islice(conversations(5), 20)), list(islice(conversations(5), 20)))

    def test_each_call_names_a_listed_tool_and_its_required_arguments(self):
        for conversation in islice(conversations(12), 300):
            listed = {t["function"]["name"]: t["function"]["parameters"] for t in conversation["tools"]}
            for message in conversation["messages"]:
                for call in message.get("tool_calls", []):
                    schema = listed[call["function"]["name"]]
                    self.assertLessEqual(set(schema["required"]), set(call["function"]["arguments"]))
                    self.assertLessEqual(set(call["function"]["arguments"]), set(schema["properties"]))

    def test_arithmetic_answers_are_right(self):
        for said, expression, value in (question(random.Random(seed)) for seed in range(300)):
            self.assertEqual(value, value_of(expression), said)

    def test_each_place_is_in_one_time_zone(self):
        names = [name for _, english, chinese in zones() for name in english + chinese]
        twice = {name for name in names if names.count(name) > 1} - {"UTC"}
        self.assertEqual(twice, set())

    def test_sources_point_at_the_repeated_token(self):
        ids, turns = [7, 8, 9, 7, 1, 5, 7, 8, 9, 2, 5], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
        self.assertEqual(sources(ids, turns), [-1, -1, -1, -1, -1, -1, 0, 1, 2, -1, 5])

    def test_nothing_held_out_is_in_the_data(self):
        for conversation in islice(conversations(13), 1500):
            self.assertFalse(tools() & {t["function"]["name"] for t in conversation["tools"]})
            for message in conversation["messages"]:
                self.assertFalse(message["role"] == "user" and held_out(message["content"]), message["content"])


if __name__ == "__main__":
    unittest.main()
