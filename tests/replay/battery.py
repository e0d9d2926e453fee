"""The divergence battery: one change at a time, and what replay and the judge say of it.

usage: battery.py NAME=PATH... [unittest arguments]
"""

import json
import os
import pathlib
import shutil
import sys
import unittest

from battery_case import FILES, BatteryCase

# Not instrumented: it loads a library, and goes on once the run's journal tells of it.
LOADS = """
import ctypes, os, pathlib, subprocess, sys
tools, track = sys.argv[1:]
if os.environ.get("REPLAY_LOADS") != "no":
    name = "libplugin_of" + "_a_test.so"  # and not an argument, which the journal would hold
    ctypes.CDLL(pathlib.Path(tools, name))
    name = name.encode()
    journal = pathlib.Path(os.environ["TRACK_STORE"], "journals", os.environ["TRACK_RUN_ID"])
    while not any(name in file.read_bytes() for file in journal.iterdir()):
        os.sched_yield()
subprocess.run([track, "log", "loss=0.5", "--step", "1"], check=True)
"""


class Battery(BatteryCase):
    # No change.

    def test_nothing_changed(self):
        run = self.train("data=data/train.bin")
        for _ in range(10):
            report = self.replay(run, verdict="bit_exact")
            self.assertEqual(report["judge"]["suspects"], [])
        self.assertEqual(len(self.runs()), 11)

    def test_threads_that_race_on_one_series(self):
        run = self.train("racing=1")
        self.replay(run, verdict="bit_exact")
        self.judge(run, self.train("racing=1"), "bit_exact")

    def test_a_changed_checkout_plays_no_part(self):
        run = self.train("data=data/train.bin")
        (self.work / "config.txt").write_text("99\n")
        (self.work / "new.txt").write_text("new")
        self.replay(run, verdict="bit_exact")

    def test_what_the_original_declares_to_vary(self):
        run = self.train("varies=1")
        report = self.replay(run, verdict="bit_exact")
        self.assertGreater(report["judge"]["excluded"], 0)

    # The judge on two runs.

    def test_a_param(self):
        left = self.train("data=data/train.bin")
        right = self.train("data=data/train.bin", "lr=0.25")
        report = self.judge(left, right, "diverged")
        self.assertEqual(self.suspects(report)[0], "params")
        self.diverged_at(report, "loss", 10)

    def test_an_inert_param(self):
        report = self.judge(self.train("unused=1"), self.train("unused=2"), "bit_exact")
        self.assertEqual(self.suspects(report)[0], "params")

    def test_a_line_of_code(self):
        left = self.train()
        (self.work / "config.txt").write_text("0.5\n")
        report = self.judge(left, self.train(), "diverged")
        self.assertEqual(self.suspects(report), ["code"])
        self.diverged_at(report, "loss", 0)

    def test_a_byte_of_data(self):
        left = self.train("data=data/train.bin")
        (self.work / "data/train.bin").write_bytes(b"abcdefgX")
        report = self.judge(left, self.train("data=data/train.bin"), "diverged")
        self.assertEqual(self.suspects(report), ["inputs"])
        # Byte 7 is first used at step 15.
        self.diverged_at(report, "loss", 15)

    def test_a_seed(self):
        report = self.judge(self.train("seed=1"), self.train("seed=2"), "diverged")
        self.assertEqual(self.suspects(report)[0], "seeds")
        self.diverged_at(report, "loss", 0)

    def test_a_negative_zero(self):
        report = self.judge(self.train(), self.train("negative=4"), "diverged")
        first = report["first"]
        self.assertEqual((first["metric"], first["step"]), ("zero", 4))
        self.assertEqual(first["original_bits"], "0x0000000000000000")
        self.assertEqual(first["other_bits"], "0x8000000000000000")
        self.assertEqual(first["ulp"], 1)

    def test_a_missing_step(self):
        report = self.judge(self.train(), self.train("skip=5"), "diverged", "--atol", "1e9")
        details = [each["detail"] for each in report["observables"] if each["name"] == "loss"]
        self.assertEqual(details, ["step 5 is missing"])
        self.assertEqual(self.suspects(report), ["invocation"])

    def test_an_allow_listed_variable(self):
        report = self.judge(self.train(env={"TZ": "UTC0"}), self.train(env={"TZ": "JST-9"}),
                            "diverged")
        self.diverged_at(report, "hour", 0)
        self.assertEqual(self.sections(report), ["invocation"])
        self.assertIn("env.TZ", self.fields(report, "invocation"))

    def test_a_locale_with_a_decimal_comma(self):
        point = self.train(env={"LC_NUMERIC": "C"})
        comma = self.train(env={"LC_NUMERIC": "de_DE.UTF-8"})
        report = self.judge(point, comma, "diverged")
        self.diverged_at(report, "scaled", 8)
        self.assertEqual(self.suspects(report), ["invocation"])
        self.assertEqual(self.fields(report, "invocation"), {"env.LC_NUMERIC"})
        # A replay has the recorded one, whatever is set here.
        self.replay(comma, env={"LC_NUMERIC": "C"}, verdict="bit_exact")
        report = self.replay(comma, "--env", "LC_NUMERIC=C", verdict="diverged")
        self.diverged_at(report["judge"], "scaled", 8)
        self.assertEqual(self.suspects(report["judge"]), ["invocation"])

    def test_a_line_of_source_that_was_rebuilt(self):
        shutil.copy(FILES["source"], self.work / "trainer.cpp")
        left = self.train()
        shutil.copy(FILES["changed_source"], self.work / "trainer.cpp")
        self.install("changed_trainer", "trainer")
        report = self.judge(left, self.train(), "diverged")
        self.diverged_at(report, "loss", 10)
        self.assertEqual(self.sections(report), ["code", "program"])

    def test_other_flags_of_the_compiler(self):
        left = self.train()
        self.install("fast_trainer", "trainer")
        report = self.judge(left, self.train(), "diverged")
        self.diverged_at(report, "rounded", 12)
        self.assertEqual(self.sections(report), ["program"])

    def test_a_library_that_flushes_to_zero_midway(self):
        left = self.train()
        self.install("flush_to_zero", "libreplay_plugin.so")
        report = self.judge(left, self.train(), "diverged")
        self.diverged_at(report, "tiny", 16)
        self.assertEqual(self.sections(report), ["software", "numerics"])
        self.assertEqual(self.fields(report, "numerics"), {"fp_control (at finish)"})
        self.assertTrue(any(each["field"] == "objects.libreplay_plugin.so"
                            for each in report["levels"]["mismatches"]), report["levels"])

    def test_a_shuffled_order(self):
        order = self.work / "data/order.bin"
        order.write_bytes(bytes([0, 1, 2, 3, 4, 5, 6, 7]))
        left = self.train("data=data/train.bin", "order=data/order.bin")
        order.write_bytes(bytes([0, 1, 2, 3, 4, 6, 5, 7]))
        report = self.judge(left, self.train("data=data/train.bin", "order=data/order.bin"),
                            "diverged")
        # Index 5 is first used at step 13.
        self.diverged_at(report, "loss", 13)
        self.assertEqual(self.suspects(report), ["inputs"])
        self.assertEqual(self.fields(report, "inputs"), {"order"})

    def test_a_sum_in_the_order_of_threads(self):
        left = self.train("racy=1")
        for _ in range(20):  # that all its twenty sums come out the same is next to impossible
            right = self.train("racy=1")
            done = self.track("diff", left, right, "--judge", "--json")
            report = json.loads(done.stdout)
            if report["claim"] == "diverged":
                break
        self.assertEqual(report["claim"], "diverged")
        self.assertEqual(report["first"]["metric"], "racy")
        self.assertEqual((report["suspects"], report["unknown_fields"]), ([], []))
        self.assertIn("no captured difference", self.track("diff", left, right, "--judge").stdout)

    def test_a_killed_original(self):
        killed = self.killed()
        report = self.judge(killed, self.train(), "incomparable")
        self.assertEqual(report["prefix_to"], 8)
        self.judge(killed, self.train("negative=4"), "diverged")
        self.judge(killed, self.train("negative=12"), "bit_exact", "--prefix")
        # One that was killed earlier does not reproduce the prefix.
        self.judge(killed, self.killed(6), "incomparable", "--prefix")

    # Replay.

    def test_a_byte_of_data_since(self):
        run = self.train("data=data/train.bin")
        (self.work / "data/train.bin").write_bytes(b"abcdefgX")
        self.refused(run, naming="inputs.train")
        (self.work / "data/train.bin").unlink()
        self.refused(run, naming="inputs.train")

    def test_data_outside_the_code(self):
        outside = self.root / "outside.bin"
        outside.write_bytes(b"abcdefgh")
        beside = self.train("data=../outside.bin")
        self.replay(beside, verdict="bit_exact")
        absolute = self.train(f"data={outside}")
        self.replay(absolute, verdict="bit_exact")
        # Farther away a fresh directory has no place for it.
        far = self.train(f"data=../../{self.root.name}/outside.bin")
        self.refused(far, naming="inputs.train")
        outside.write_bytes(b"abcdefgX")
        self.refused(beside, naming="inputs.train")
        self.refused(absolute, naming="inputs.train")

    def test_threads(self):
        run = self.train()
        self.refused(run, "--env", "OMP_NUM_THREADS=2", naming="threads.env.OMP_NUM_THREADS")
        report = self.replay(run, "--env", "OMP_NUM_THREADS=2", "--same", "capability",
                             verdict="diverged")
        self.assertEqual(self.suspects(report["judge"]), ["threads"])
        self.diverged_at(report["judge"], "sum", 0)
        self.assertTrue(any("OMP_NUM_THREADS" in change for change in report["changes"]))

    def test_another_processor_of_as_many(self):
        processors = sorted(os.sched_getaffinity(0))
        if len(processors) < 2:
            self.skipTest("there is one processor")
        run = self.train(processor=processors[0])
        report = self.replay(run, processor=processors[1], verdict="bit_exact")
        self.assertEqual(self.suspects(report["judge"]), ["threads"])
        self.assertEqual(self.fields(report["judge"], "threads"), {"affinity"})
        self.assertEqual(report["judge"]["levels"]["hardware"], "class")
        self.refused(run, "--same", "product", processor=processors[1], naming="threads.affinity")
        # A larger pool is no longer the same one.
        self.refused(run, naming="threads.cpu_count")

    def test_a_preloaded_library_that_flushes_to_zero(self):
        run = self.train()
        preload = self.preload("flush_to_zero")
        self.refused(run, *preload, naming="software.env.LD_PRELOAD")
        report = self.replay(run, *preload, "--software", "locks", verdict="diverged")
        self.diverged_at(report["judge"], "tiny", 14)
        self.assertEqual(self.sections(report["judge"]), ["software", "numerics"])

    def test_another_libm(self):
        run = self.train()
        preload = self.preload("other_math")
        self.refused(run, *preload, naming="software.env.LD_PRELOAD")
        report = self.replay(run, *preload, "--software", "locks", verdict="diverged")
        self.diverged_at(report["judge"], "exp", 9)
        self.assertEqual(report["judge"]["first"]["ulp"], 1)
        self.assertEqual(self.sections(report["judge"]), ["software"])

    def test_a_seed_from_entropy(self):
        run = self.train("seed=entropy")
        self.refused(run, naming="seeds.init")
        self.refused(run, "--verdict", "bit_exact", naming="seeds.init")
        self.replay(run, "--verdict", "within_tolerance", verdict="diverged")

    def test_other_bytes_of_a_loaded_library(self):
        run = self.train()
        with open(self.tools / "libreplay_kernel.so", "ab") as library:
            library.write(b"\0")  # nothing that runs changes, nor does the build id
        self.refused(run, naming="libreplay_kernel.so")
        self.refused(run, "--software", "closure", naming="software.objects")
        report = self.replay(run, "--software", "locks", verdict="bit_exact")
        self.assertEqual(set(self.suspects(report["judge"])), {"software"})

    def test_a_library_that_a_program_loads_as_it_runs(self):
        (self.work / "loads.py").write_text(LOADS)
        library = self.install("flush_to_zero", "libplugin_of_a_test.so")
        self.track("run", "--", sys.executable, "loads.py", self.tools, FILES["track"])
        (run,) = self.runs()
        shown = json.loads(self.track("show", run, "--captured", "--json").stdout)
        at_finish = [field for field in shown["fields"]
                     if (field["name"], field["phase"]) == ("objects", "finish")]
        self.assertEqual([field["detail"] for field in at_finish],
                         ["as linked, and as observed while it ran"])
        self.assertIn(library.name, json.dumps(at_finish[0]["value"]))
        report = self.replay(run, verdict="bit_exact")
        self.assertEqual(report["judge"]["levels"]["software"], "closure",
                         report["judge"]["levels"])
        self.assertEqual(report["judge"]["suspects"], [])
        # One that loads it no more has other software, whatever comes of it.
        report = self.replay(run, "--env", "REPLAY_LOADS=no", verdict="bit_exact")
        self.assertEqual(self.suspects(report["judge"]), ["software"])
        self.assertIn(("closure", "objects." + library.name, "[not loaded or not readable]"),
                      [(each["level"], each["field"], each["present"])
                       for each in report["judge"]["levels"]["mismatches"]])
        with open(library, "ab") as file:
            file.write(b"\0")
        self.refused(run, naming="software.objects." + library.name)

    def test_a_program_that_records_itself_knows_best_what_it_loads(self):
        self.install("flush_to_zero", "libreplay_plugin.so")
        shown = json.loads(self.track("show", self.train(), "--captured", "--json").stdout)
        (at_finish,) = [field for field in shown["fields"]
                        if (field["name"], field["phase"]) == ("objects", "finish")]
        self.assertIn("libreplay_plugin.so", json.dumps(at_finish["value"]))
        self.assertNotIn("observed", at_finish["detail"] or "")

    def test_a_program_that_was_rebuilt(self):
        run = self.train()
        with open(self.tools / "trainer", "ab") as program:
            program.write(b"\0")
        # The recorded program comes from the store; its library is looked for beside it.
        report = self.replay(run)
        self.assertNotEqual(report["verdict"], "bit_exact")
        judged = self.judge(run, self.train(), "bit_exact")
        self.assertEqual(judged["levels"]["software"], "locks")
        self.assertEqual(self.suspects(judged), ["program"])

    def test_an_uncaptured_variable(self):
        run = self.train(env={"REPLAY_BIAS": "0.5"})
        report = self.replay(run, verdict="diverged")
        self.diverged_at(report["judge"], "loss", 0)
        # Its value is not captured, so only its name can be suspected, and only for want of others.
        self.assertEqual(self.sections(report["judge"]), ["invocation"])
        self.assertIn("env.REPLAY_BIAS", self.fields(report["judge"], "invocation"))
        report = self.replay(run, "--env", "REPLAY_BIAS=0.5", verdict="bit_exact")
        self.assertTrue(any("REPLAY_BIAS" in change for change in report["changes"]))

    def test_an_absolute_path_into_the_code(self):
        run = self.train(f"data={self.work}/data/train.bin")
        self.refused(run, naming="invocation.argv[1]")

    def test_a_redacted_argument(self):
        run = self.train("--token", "hunter2hunter2hunter2")
        report = self.refused(run, naming="invocation.argv")
        self.assertNotIn("hunter2", json.dumps(report))

    def test_a_verdict_beyond_the_level(self):
        self.refused(self.train(), "--same", "capability", "--verdict", "bit_exact",
                     naming="bit_exact")

    def test_a_level_caps_the_claim(self):
        report = self.replay(self.train(), "--same", "any", verdict="re_executed")
        self.assertEqual(report["judge"]["observed"], "bit_exact")

    def test_a_killed_original_has_a_prefix(self):
        run = self.killed()
        self.assertEqual(self.replay(run, verdict="incomparable")["judge"]["prefix_to"], 8)
        self.replay(run, "--prefix", verdict="bit_exact")

    def test_an_original_that_was_killed_before_it_was_captured(self):
        run = self.killed(step=0, env={"REPLAY_HASTE": "1"})
        report = self.refused(run, naming="ended before this was captured: code, program")
        self.assertEqual(len(report["refusals"]), 1, report["refusals"])
        self.assertIn("killed", report["refusals"][0])
        self.refused(run, "--prefix", "--same", "any", "--software", "any", naming="captured")

    def test_what_could_not_be_compared_is_no_pass(self):
        lowered = ["--same", "any", "--software", "any"]
        report = self.replay(self.killed(), *lowered, verdict="incomparable")
        self.assertEqual((report["wanted"], report["reached"]), ("re_executed", False))
        report = self.replay(self.train(), *lowered, verdict="re_executed")
        self.assertEqual((report["wanted"], report["reached"]), ("re_executed", True))
        report = self.replay(self.train("seed=entropy"), "--verdict", "re_executed",
                             verdict="diverged")
        self.assertFalse(report["reached"])

    def test_a_redacted_variable(self):
        self.track("config", "env.allow", '["REPLAY_*"]')
        run = self.train(env={"REPLAY_TOKEN": "hunter2hunter2hunter2"})
        report = self.refused(run, naming="env.REPLAY_TOKEN was redacted")
        self.assertNotIn("hunter2", json.dumps(report))
        for given, env in ((["--supply", "REPLAY_TOKEN=hunter3"], None),
                           (["--pass-env", "REPLAY_TOKEN"], {"REPLAY_TOKEN": "hunter3"})):
            report = self.replay(run, *given, env=env, verdict="bit_exact")
            self.assertEqual(report["changes"], ["with supplied REPLAY_TOKEN"])
            self.assertNotIn("hunter3", json.dumps(report))
        self.refused(run, "--pass-env", "REPLAY_TOKEN", naming="it is not set here")

    def test_a_program_that_ends_by_a_signal(self):
        run = self.train("until=8", status=137)
        report = self.replay(run, verdict="bit_exact")
        self.assertEqual(report["signal"], 9)
        self.replay(self.train(), "--env", "REPLAY_UNTIL=8", verdict="failed")

    def test_a_dry_run_runs_nothing(self):
        run = self.train()
        before = self.runs()
        report = self.replay(run, "--dry-run", status=0)
        self.assertTrue(report["dry_run"])
        self.assertIsNone(report["replay"])
        self.assertEqual(self.runs(), before)

    def test_files_that_are_missing_or_added_since(self):
        (self.work / "extra.txt").write_text("untracked")
        run = self.train()
        (self.work / "extra.txt").unlink()
        (self.work / "config.txt").unlink()
        (self.work / "late.txt").write_text("late")
        report = self.replay(run, "--keep", verdict="bit_exact")
        code = pathlib.Path(report["directory"]) / "code"
        self.assertEqual((code / "extra.txt").read_text(), "untracked")
        self.assertEqual((code / "config.txt").read_text(), "0.25\n")
        self.assertFalse((code / "late.txt").exists())

    def test_a_snapshot_that_left_something_out(self):
        (self.work / "secret.env").write_text("AWS_SECRET_ACCESS_KEY=AKIAIOSFODNN7EXAMPLEKEYAAAA\n"
                                              "-----BEGIN RSA PRIVATE KEY-----\nabc\n")
        self.refused(self.train(), naming="code.complete: the snapshot left files out: 'secret.env' "
                                          "(secret: ")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *(word for word in sys.argv[1:] if "=" not in word)])
