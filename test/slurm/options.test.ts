import { describe, expect, it } from "vitest";
import { limitSeconds, reportOptions, sbatchOptions, timeLimit } from "../../src/slurm/options.ts";
import { neverStarts, parseQueue } from "../../src/slurm/queue.ts";
import { quoted, runsOfTask, type SubmittedRun } from "../../src/slurm/submission.ts";
import { taskCount } from "../../src/slurm/submit.ts";

describe("--slurm", () => {
  it("becomes options of sbatch unchanged, even with commas", () => {
    expect(sbatchOptions(["partition=gpu,main", "gres=gpu:1", "constraint=[a|b]", "exclusive", "comment="])).toEqual([
      ...["--partition=gpu,main", "--gres=gpu:1", "--constraint=[a|b]", "--exclusive", "--comment="],
    ]);
  });

  it.each(["array=1-3", "output=log", "requeue", "wrap=true", "dependency=after:1", "job-name=x"])(
    "is refused with %s, which is the program's own",
    (word) => {
      const key = word.split("=")[0];
      expect(() => sbatchOptions([word])).toThrow(
        expect.objectContaining({
          message: `Expected --slurm without ${key}, which resnet-exp sets itself, got ${word}.`,
        }),
      );
    },
  );

  it.each(["", "--mem=1", "Partition=x", "=1", "a b=1"])("refuses %j, which is not an option", (word) => {
    expect(() => sbatchOptions([word])).toThrow(
      expect.objectContaining({
        message: `Expected --slurm KEY=VALUE, where KEY is an option of sbatch, got ${word}.`,
        hints: ["For example --slurm partition=gpu, --slurm gres=gpu:1 or --slurm time=4:00:00."],
      }),
    );
  });

  it.each(["arr=1-3", "outp=log", "dep=after:1"])("is refused with %s, which sbatch would complete", (word) => {
    expect(() => sbatchOptions([word])).toThrow(/^Expected --slurm without/);
  });

  it.each(["clusters=other", "cluster=other"])("is refused with %s, whose tasks squeue would not show", (word) => {
    expect(() => sbatchOptions([word])).toThrow(
      expect.objectContaining({
        message: `Expected the runs to be for the cluster of this login node, got ${word}.`,
        hints: ["Log in to the other cluster, and type the same command there without it."],
      }),
    );
  });

  it("keeps commas, quotes and equals signs of a value", () => {
    const value = "a,b=\"c d\" e='f' $HOME `x` \\ %j ü";
    expect(sbatchOptions([`comment=${value}`])).toEqual([`--comment=${value}`]);
  });

  it.each([
    ["90", 5400],
    ["1:30", 90],
    ["4:00:00", 14_400],
    ["2-12", 216_000],
    ["2-12:30", 217_800],
    ["1-0:0:1", 86_401],
    ["UNLIMITED", undefined],
    ["0", undefined],
    ["", undefined],
  ])("reads the time limit %j as Slurm does", (text, seconds) => {
    expect(limitSeconds(text)).toBe(seconds);
  });

  it("has the user's default of the time limit, unless another is given", () => {
    expect(timeLimit([], { SBATCH_TIMELIMIT: "5" })).toBe("5");
    expect(timeLimit(["--time=7"], { SBATCH_TIMELIMIT: "5" })).toBe("7");
    expect(timeLimit([], {})).toBeUndefined();
  });

  it("asks for no GPU in the job that makes the report, and does not hold it", () => {
    const options = ["--partition=gpu", "--gres=gpu:1", "--gpus-per-task=1", "--hold", "--mem=4G"];
    expect(reportOptions(options)).toEqual([...["--partition=gpu", "--mem=4G"]]);
  });
});

describe("squeue's table", () => {
  const row = (...values: string[]) => `${values.map((value) => value.padEnd(64)).join("")}\n`;

  it("lists the tasks that have not ended", () => {
    const text = [
      row("46", "1", "47", "RUNNING", "None", "n1", "2", "resnet-exp-0123abcd"),
      row("46", "2", "46", "PENDING", "Resources", "", "0", "resnet-exp-0123abcd"),
      row("46", "3", "49", "TIMEOUT", "TimeLimit", "n2", "0", "resnet-exp-0123abcd"),
      row("50", "N/A", "50", "PENDING", "Dependency", "", "0", "resnet-exp-0123abcd-report"),
    ].join("");
    expect(parseQueue(text)).toEqual([
      { job: "46_1", name: "resnet-exp-0123abcd", index: 1, state: "RUNNING", reason: "None", node: "n1", restarts: 2 },
      {
        job: "46_2",
        name: "resnet-exp-0123abcd",
        index: 2,
        state: "PENDING",
        reason: "Resources",
        node: "",
        restarts: 0,
      },
      expect.objectContaining({ job: "50", index: undefined }),
    ]);
  });

  it("distinguishes tasks that will never start from waiting tasks", () => {
    const task = (reason: string, state = "PENDING") => ({
      ...{ job: "1", name: "x", index: 0, node: "", restarts: 0 },
      ...{ state, reason },
    });
    for (const reason of ["PartitionTimeLimit", "JobHeldUser", "JobHeldAdmin", "BadConstraints"]) {
      expect(neverStarts(task(reason)), reason).toBe(true);
    }
    for (const reason of ["Resources", "Priority", "JobArrayTaskLimit", "BeginTime"]) {
      expect(neverStarts(task(reason)), reason).toBe(false);
    }
    expect(neverStarts(task("JobHeldUser", "RUNNING"))).toBe(false);
  });
});

describe("an array", () => {
  const runs = Array.from({ length: 10 }, (_, i) => ({ id: String(i) }) as SubmittedRun);

  it("has a task for each run, or several runs in each task if there are too many", () => {
    expect([taskCount(3, 1001), taskCount(1500, 1001)]).toEqual([3, 1001]);
    const manifest = { options: {} as never, tasks: 4, runs };
    const shares = [0, 1, 2, 3].map((index) => runsOfTask(manifest, index).map(({ id }) => id));
    expect(shares).toEqual([
      ["0", "4", "8"],
      ["1", "5", "9"],
      ["2", "6"],
      ["3", "7"],
    ]);
  });

  it("is started by a script whose words the shell reads unchanged", () => {
    expect(quoted("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });
});
