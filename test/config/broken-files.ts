// Broken experiment files, and the error that each must get. Long files are generated.

import { datasetNames } from "../../src/config/names.ts";
import { alternatives } from "../../src/config/vocabulary.ts";
import { axesOf, keysOf, pathsOf } from "./keys.ts";

/** A sound file. Most broken files are this one with the mistake that their title names. */
export const sound = `name: a
dataset: { name: synthetic }
model:
  family: cifar
  depth: 20
training:
  iterations: 10
`;

const edit = (from: string, to: string) => sound.replace(from, to);
const and = (lines: string) => `${sound}${lines}\n`;
const imagenet = (lines: string) => `${edit("cifar\n  depth: 20", "imagenet")}${lines}\n`;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1).join(", ");

export interface BrokenFile {
  readonly title: string;
  readonly text: string;
  readonly answer: string;
}

export const brokenFiles: Readonly<Record<string, readonly BrokenFile[]>> = {
  "text that is not YAML": [
    {
      title: "a tab as indentation",
      text: "model:\n\tdepth: 20\n",
      answer: `x.yaml:2:1  Expected spaces as indentation, got a tab.
    2 | →depth: 20
      | ^`,
    },
    {
      title: "a key indented further than its neighbours",
      text: edit("  depth", "   depth"),
      answer: `x.yaml:4:11  Expected one value after a key, got another key.
    4 |   family: cifar
      |           ^
      Start each key on its own line, in the same column as its neighbours. Put text with \`: \` in quotes.`,
    },
    {
      title: "a key indented less than its neighbours",
      text: edit("  depth", " depth"),
      answer: `x.yaml:5:1  Expected the keys of a mapping to start in the same column.
    5 |  depth: 20
      | ^`,
    },
    {
      title: "two keys on a line",
      text: edit("family: cifar", "family: cifar depth: 20"),
      answer: `x.yaml:4:11  Expected one value after a key, got another key.
    4 |   family: cifar depth: 20
      |           ^
      Start each key on its own line, in the same column as its neighbours. Put text with \`: \` in quotes.`,
    },
    {
      title: "a colon without a space",
      text: edit("family: cifar", "family:cifar"),
      answer: `x.yaml:4:3  Expected \`key: value\`, got a line without a colon and a space.
    4 |   family:cifar
      |   ^^^^^^^^^^^^`,
    },
    {
      title: "a key without a colon",
      text: and("seeds"),
      answer: `x.yaml:8:1  Expected \`key: value\`, got no colon and space after the key.
    8 | seeds
      | ^^^^^`,
    },
    {
      title: "a double quote that is never closed",
      text: edit("name: a", 'name: "a'),
      answer: `x.yaml:1:7  Expected a closing ", got the end of the text.
    1 | name: "a
      |       ^^`,
    },
    {
      title: "a single quote that is never closed",
      text: and("question: 'why"),
      answer: `x.yaml:8:11  Expected a closing ', got the end of the text.
    8 | question: 'why
      |           ^^^^`,
    },
    {
      title: "text after a closing quote",
      text: and("question: 'why' not"),
      answer: `x.yaml:8:17  Expected the value to end here, got "not".
    8 | question: 'why' not
      |                 ^^^
      Put text that has characters special to YAML in quotes.`,
    },
    {
      title: "a brace that is never closed",
      text: edit("{ name: synthetic }", "{ name: synthetic"),
      answer: `x.yaml:3:1  Expected a closing }, got "model:".
    3 | model:
      | ^`,
    },
    {
      title: "a bracket that is never closed",
      text: and("seeds: [0, 1"),
      answer: `x.yaml:8:13  Expected a closing ], got the end of the text.
    8 | seeds: [0, 1
      |             ^`,
    },
    {
      title: "a bracket that was never opened",
      text: and("seeds: 0]\n]"),
      answer: `x.yaml:9:1  Expected another key or the end of the text, got "]".
    9 | ]
      | ^`,
    },
    {
      title: "a comma that is missing at the end of a line",
      text: and("record: {\n  trainEvery: 5\n  checkpointEvery: 10\n}"),
      answer: `x.yaml:9:15  Expected a comma between the entries, got another key.
    9 |   trainEvery: 5
      |               ^`,
    },
    {
      title: "a missing comma",
      text: and("record: { trainEvery: 5 checkpointEvery: 10 }"),
      answer: `x.yaml:8:23  Expected a comma between the entries, got another key.
    8 | record: { trainEvery: 5 checkpointEvery: 10 }
      |                       ^^^^^^^^^^^^^^^^^^^^^^`,
    },
    {
      title: "two commas",
      text: and("seeds: [0,, 1]"),
      answer: `x.yaml:8:11  Expected a value, got ",".
    8 | seeds: [0,, 1]
      |           ^`,
    },
    {
      title: "text that starts with a reserved sign",
      text: edit("name: a", "name: @a"),
      answer: `x.yaml:1:7  Expected text that starts with @ to be in quotes, got "@a" without quotes.
    1 | name: @a
      |       ^`,
    },
    {
      title: "an escape that YAML does not know",
      text: and('question: "\\q"'),
      answer: `x.yaml:8:12  Expected an escape that YAML knows, such as \\n, got another.
    8 | question: "\\q"
      |            ^
      Use single quotes for text with backslashes.`,
    },
    {
      title: "a star without a name",
      text: edit("name: a", "name: *"),
      answer: `x.yaml:1:7  Expected a name after & or *, got nothing.
    1 | name: *
      |       ^
      Put text that starts with & or * in quotes.`,
    },
    {
      title: "an alias of nothing",
      text: edit("name: a", "name: *b"),
      answer: `x.yaml:1:7  Expected *b to name an anchor that ends above it.
    1 | name: *b
      |       ^^
      There are no anchors. Put text that starts with * in quotes.`,
    },
    {
      title: "an alias within its own anchor",
      text: and("paper: &a [*a]"),
      answer: `x.yaml:8:12  Expected *a to name an anchor that ends above it.
    8 | paper: &a [*a]
      |            ^^
      There are no anchors. Put text that starts with * in quotes.`,
    },
    {
      title: "a tag",
      text: edit("name: a", "name: !!js/function a"),
      answer: `x.yaml:1:7  Expected a plain value, got one with a tag.
    1 | name: !!js/function a
      |       ^^^^^^^^^^^^^
      Delete the word that starts with an exclamation mark.`,
    },
    {
      title: "another version of YAML",
      text: `%YAML 1.1\n---\n${sound}`,
      answer: `x.yaml:1:1  Expected YAML 1.2, got a %YAML 1.1 directive.
    1 | %YAML 1.1
      | ^^^^^`,
    },
    {
      title: "an unknown directive",
      text: `%FOO\n---\n${sound}`,
      answer: `x.yaml:1:1  Expected no directive except %YAML 1.2, got another.
    1 | %FOO
      | ^^^^
      Put text that starts with % in quotes.`,
    },
    {
      title: "a second document",
      text: `${sound}---\n${sound}`,
      answer: `x.yaml:8:1  Expected one document, got a second one after \`---\` or \`...\`.
    8 | ---
      | ^^^
      Put each experiment in its own file.`,
    },
    {
      title: "a list as key",
      text: and("? [a]\n: b"),
      answer: `x.yaml:8:3  Expected a word as key, got another value.
    8 | ? [a]
      |   ^`,
    },
    {
      title: "an empty key",
      text: and(": b"),
      answer: `x.yaml:8:1  Expected a word as key, got nothing.
    8 | : b
      | ^`,
    },
    {
      title: "a key given twice",
      text: and("name: b"),
      answer: `x.yaml:8:1  Expected each key once, got name again.
    8 | name: b
      | ^^^^
      It is first given on line 1.`,
    },
    {
      title: "a key given twice in a section",
      text: edit("depth: 20", "depth: 20\n  depth: 32"),
      answer: `x.yaml:6:3  Expected each key once, got depth again.
    6 |   depth: 32
      |   ^^^^^
      It is first given on line 5.`,
    },
    {
      title: "a list on the line of its key",
      text: and("seeds: - 0"),
      answer: `x.yaml:8:8  Expected a list to start on its own line, got "-".
    8 | seeds: - 0
      |        ^`,
    },
  ],
  "YAML that does not describe an experiment": [
    {
      title: "an empty file",
      text: "",
      answer: `x.yaml:1:1  Expected an experiment, a mapping of keys, got an empty file.
      It needs the keys name, dataset, model and training. \`resnet-exp schema\` describes each key.`,
    },
    {
      title: "a file of comments",
      text: "# nothing yet\n",
      answer: `x.yaml:1:1  Expected an experiment, a mapping of keys, got an empty file.
    1 | # nothing yet
      | ^
      It needs the keys name, dataset, model and training. \`resnet-exp schema\` describes each key.`,
    },
    {
      title: "an open bracket at the end",
      text: "[20",
      answer: `x.yaml:1:4  Expected a closing ], got the end of the text.
    1 | [20
      |    ^`,
    },
    {
      title: "a list",
      text: "- a\n",
      answer: `x.yaml:1:1  Expected an experiment, a mapping of keys, got a list.
    1 | - a
      | ^^^
      It needs the keys name, dataset, model and training. \`resnet-exp schema\` describes each key.`,
    },
    {
      title: "a text",
      text: "hello\n",
      answer: `x.yaml:1:1  Expected an experiment, a mapping of keys, got "hello".
    1 | hello
      | ^^^^^
      It needs the keys name, dataset, model and training. \`resnet-exp schema\` describes each key.`,
    },
    {
      title: "a number",
      text: "5\n",
      answer: `x.yaml:1:1  Expected an experiment, a mapping of keys, got 5.
    1 | 5
      | ^
      It needs the keys name, dataset, model and training. \`resnet-exp schema\` describes each key.`,
    },
    {
      title: "a key that is missing",
      text: edit("name: a\n", ""),
      answer: `x.yaml:1:1  Expected name to be text, got nothing.
    1 | dataset: { name: synthetic }
      | ^^^^^^^
      name: name of the study, and of its directory under results/`,
    },
    {
      title: "sections that are missing",
      text: "name: a\n",
      answer: `x.yaml:1:1  Expected dataset to be a mapping of keys, got nothing.
    1 | name: a
      | ^^^^
      dataset: the data set
      Its keys: ${keysOf("dataset")}.

x.yaml:1:1  Expected model to be a mapping of keys, got nothing.
    1 | name: a
      | ^^^^
      model: the net
      Its keys: ${keysOf("model")}.

x.yaml:1:1  Expected training to be a mapping of keys, got nothing.
    1 | name: a
      | ^^^^
      training: how the net is trained
      Its keys: ${keysOf("training")}.`,
    },
    {
      title: "sections without their keys",
      text: edit("{ name: synthetic }", "{}").replace("  iterations: 10", "  momentum: 0.9"),
      answer: `x.yaml:2:1  Expected dataset.name to be ${alternatives(datasetNames)}, got nothing.
    2 | dataset: {}
      | ^^^^^^^
      name: the images to train and test on; synthetic images are drawn from a seed and need no file; folder: your own images by class, in --data

x.yaml:6:1  Expected training.iterations to be a whole number of at least 1, got nothing.
    6 | training:
      | ^^^^^^^^
      iterations: number of iterations to train; each takes one batch`,
    },
    {
      title: "a section without a value",
      text: edit("{ name: synthetic }", ""),
      answer: `x.yaml:2:1  Expected dataset to be a mapping of keys, got nothing.
    2 | dataset:
      | ^^^^^^^
      dataset: the data set
      Its keys: ${keysOf("dataset")}.`,
    },
    {
      title: "a section that is a value",
      text: edit("{ name: synthetic }", "synthetic"),
      answer: `x.yaml:2:10  Expected dataset to be a mapping of keys, got "synthetic".
    2 | dataset: synthetic
      |          ^^^^^^^^^
      Its keys: ${keysOf("dataset")}.`,
    },
    {
      title: "a section that is a list",
      text: edit("  family: cifar\n  depth: 20", "  - family: cifar"),
      answer: `x.yaml:4:3  Expected model to be a mapping of keys, got a list.
    4 |   - family: cifar
      |   ^^^^^^^^^^^^^^^
      Its keys: ${keysOf("model")}.`,
    },
    {
      title: "a subsection that is a value",
      text: edit("iterations: 10", "iterations: 10\n  learningRate: 0.1"),
      answer: `x.yaml:8:17  Expected learningRate to be a mapping of keys, got 0.1.
    8 |   learningRate: 0.1
      |                 ^^^
      Its keys: ${keysOf("training", "learningRate")}.`,
    },
  ],
  "keys that are not in the vocabulary": [
    {
      title: "a misspelt key, once",
      text: edit("depth", "detph"),
      answer: `x.yaml:5:3  Expected a key of model, got detph.
    5 |   detph: 20
      |   ^^^^^
      Did you mean depth?
      Valid here: ${keysOf("model")}.`,
    },
    {
      title: "a misspelt section, and what is wrong in it",
      text: edit("training:\n  iterations: 10", "trainin:\n  iterations: 0"),
      answer: `x.yaml:6:1  Expected a key of an experiment, got trainin.
    6 | trainin:
      | ^^^^^^^
      Did you mean training?
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.

x.yaml:7:15  Expected iterations to be a whole number of at least 1, got 0.
    7 |   iterations: 0
      |               ^`,
    },
    {
      title: "a key of another case",
      text: edit("iterations: 10", "iterations: 10\n  learning_rate: { initial: 1 }"),
      answer: `x.yaml:8:3  Expected a key of training, got learning_rate.
    8 |   learning_rate: { initial: 1 }
      |   ^^^^^^^^^^^^^
      Did you mean learningRate?
      Valid here: ${keysOf("training")}.`,
    },
    {
      title: "a key of another section",
      text: and("depth: 20"),
      answer: `x.yaml:8:1  Expected a key of an experiment, got depth.
    8 | depth: 20
      | ^^^^^
      Write depth below model.
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`,
    },
    {
      title: "a key that resembles no other",
      text: and("optimizer: adam"),
      answer: `x.yaml:8:1  Expected a key of an experiment, got optimizer.
    8 | optimizer: adam
      | ^^^^^^^^^
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`,
    },
    {
      title: "a claim that the papers do not make",
      text: and("expect: { degradation-43: supported }"),
      answer: `x.yaml:8:11  Expected a key of expect, got degradation-43.
    8 | expect: { degradation-43: supported }
      |           ^^^^^^^^^^^^^^
      Did you mean degradation-34?
      \`resnet-exp schema\` lists the valid keys.`,
    },
    {
      title: "a verdict that no claim gets",
      text: and("expect: { degradation-34: suported }"),
      answer: `x.yaml:8:27  Expected expect.degradation-34 to be supported, contradicted, undecided or not tested, got "suported".
    8 | expect: { degradation-34: suported }
      |                           ^^^^^^^^
      Did you mean supported?`,
    },
    {
      title: "a merge key with no mapping",
      text: edit("depth: 20", "depth: 20\n  <<: wide"),
      answer: `x.yaml:6:3  Expected << to merge a mapping, got another value.
    6 |   <<: wide
      |   ^^
      For example <<: *base, or <<: [*base, *more].`,
    },
    {
      title: "__proto__",
      text: edit("depth: 20", "depth: 20\n  __proto__: { width: 8 }"),
      answer: `x.yaml:6:3  Expected a word as key, got __proto__.
    6 |   __proto__: { width: 8 }
      |   ^^^^^^^^^`,
    },
    {
      title: "constructor",
      text: and("constructor: 1"),
      answer: `x.yaml:8:1  Expected a key of an experiment, got constructor.
    8 | constructor: 1
      | ^^^^^^^^^^^
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`,
    },
    {
      title: "a key that is a number",
      text: and("1: 2"),
      answer: `x.yaml:8:1  Expected a key of an experiment, got 1.
    8 | 1: 2
      | ^
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`,
    },
    {
      title: "a key with a sign in it",
      text: edit("depth: 20", 'depth: 20\n  "wi dth": 8'),
      answer: `x.yaml:6:3  Expected a key of model, got "wi dth".
    6 |   "wi dth": 8
      |   ^^^^^^^^
      Did you mean width?
      Valid here: ${keysOf("model")}.`,
    },
  ],
  "values of the wrong kind": [
    {
      title: "a number in quotes",
      text: edit("depth: 20", 'depth: "20"'),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got "20".
    5 |   depth: "20"
      |          ^^^^
      Leave out the quotes.`,
    },
    {
      title: "a number with underscores",
      text: edit("iterations: 10", "iterations: 64_000"),
      answer: `x.yaml:7:15  Expected iterations to be a whole number of at least 1, got "64_000".
    7 |   iterations: 64_000
      |               ^^^^^^
      Write 64000.`,
    },
    {
      title: "a number with a comma",
      text: edit("iterations: 10", "iterations: 64,000"),
      answer: `x.yaml:7:15  Expected iterations to be a whole number of at least 1, got "64,000".
    7 |   iterations: 64,000
      |               ^^^^^^
      Write 64000.`,
    },
    {
      title: "a number that is a word",
      text: edit("depth: 20", "depth: deep"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got "deep".
    5 |   depth: deep
      |          ^^^^`,
    },
    {
      title: "a whole number with a fraction",
      text: edit("depth: 20", "depth: 20.5"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got 20.5.
    5 |   depth: 20.5
      |          ^^^^`,
    },
    {
      title: "not a number",
      text: edit("depth: 20", "depth: .nan"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got .nan.
    5 |   depth: .nan
      |          ^^^^`,
    },
    {
      title: "infinity",
      text: edit("depth: 20", "depth: -.inf"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got -.inf.
    5 |   depth: -.inf
      |          ^^^^^`,
    },
    {
      title: "a number too large to be exact",
      text: edit("iterations: 10", "iterations: 1e300"),
      answer: `x.yaml:7:15  Expected iterations to be a whole number of at least 1 and at most 9007199254740991, got 1e+300.
    7 |   iterations: 1e300
      |               ^^^^^`,
    },
    {
      title: "a key without a value",
      text: edit("depth: 20", "depth:"),
      answer: `x.yaml:5:3  Expected depth to be a whole number from 1 to 10000, got nothing.
    5 |   depth:
      |   ^^^^^
      depth: number of weighted layers; cifar: 6n+2 (bottleneck: 9n+2; repvgg: 3n+2); imagenet: 18, 34, 50, 101 or 152`,
    },
    {
      title: "true",
      text: edit("depth: 20", "depth: true"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got true.
    5 |   depth: true
      |          ^^^^`,
    },
    {
      title: "yes, which is text in YAML 1.2",
      text: edit("depth: 20", "depth: yes"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got "yes".
    5 |   depth: yes
      |          ^^^`,
    },
    {
      title: "a list where a value belongs",
      text: edit("depth: 20", "depth: [20, 32]"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got a list.
    5 |   depth: [20, 32]
      |          ^^^^^^^^
      To vary it, list its values under matrix.`,
    },
    {
      title: "a mapping where a value belongs",
      text: edit("depth: 20", "depth: { n: 3 }"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got a mapping of keys.
    5 |   depth: { n: 3 }
      |          ^^^^^^^^`,
    },
    {
      title: "a value where a list belongs",
      text: edit("iterations: 10", "iterations: 10\n  learningRate: { dropAt: 5 }"),
      answer: `x.yaml:8:27  Expected learningRate.dropAt to be a list of whole numbers of at least 1, got 5.
    8 |   learningRate: { dropAt: 5 }
      |                           ^
      Write a list: [5].`,
    },
    {
      title: "a name that is a number",
      text: edit("name: a", "name: 123"),
      answer: `x.yaml:1:7  Expected name to be text, got 123.
    1 | name: 123
      |       ^^^
      Put it in quotes: "123".`,
    },
    {
      title: "a misspelt word",
      text: edit("family: cifar", "family: cifr"),
      answer: `x.yaml:4:11  Expected family to be cifar or imagenet, got "cifr".
    4 |   family: cifr
      |           ^^^^
      Did you mean cifar?`,
    },
    {
      title: "a word of another case",
      text: edit("depth: 20", "depth: 20\n  stem: 7X7"),
      answer: `x.yaml:6:9  Expected stem to be auto, 7x7 or 3x3, got "7X7".
    6 |   stem: 7X7
      |         ^^^
      Did you mean 7x7?`,
    },
    {
      title: "a part of a word",
      text: edit("name: synthetic", "name: mnist"),
      answer: `x.yaml:2:18  Expected name to be ${alternatives(datasetNames)}, got "mnist".
    2 | dataset: { name: mnist }
      |                  ^^^^^
      Did you mean fashion-mnist?`,
    },
    {
      title: "a word that resembles no other",
      text: edit("name: synthetic", "name: svhn"),
      answer: `x.yaml:2:18  Expected name to be ${alternatives(datasetNames)}, got "svhn".
    2 | dataset: { name: svhn }
      |                  ^^^^`,
    },
    {
      title: "a word that is a number",
      text: edit("depth: 20", "depth: 20\n  strideIn: 3"),
      answer: `x.yaml:6:13  Expected strideIn to be 1x1 or 3x3, got 3.
    6 |   strideIn: 3
      |             ^`,
    },
  ],
  "values out of bounds": [
    {
      title: "a name that cannot be a directory's",
      text: edit("name: a", "name: ../a"),
      answer: `x.yaml:1:7  Expected name to be at most 64 lower-case letters, digits and hyphens, got "../a".
    1 | name: ../a
      |       ^^^^`,
    },
    {
      title: "a name in capitals",
      text: edit("name: a", "name: Plain vs Res"),
      answer: `x.yaml:1:7  Expected name to be at most 64 lower-case letters, digits and hyphens, got "Plain vs Res".
    1 | name: Plain vs Res
      |       ^^^^^^^^^^^^`,
    },
    {
      title: "a depth that no cifar net has",
      text: edit("depth: 20", "depth: 21"),
      answer: `x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^`,
    },
    {
      title: "a depth that does not suit shortcuts across three layers",
      text: edit("depth: 20", "depth: 21\n  span: 3"),
      answer: `x.yaml:5:10  Expected depth to be 9n+2 (20, 29, 110, 164, 1001 …), got 21.
    5 |   depth: 21
      |          ^^`,
    },
    {
      title: "a span for bottleneck blocks",
      text: edit("depth: 20", "depth: 20\n  block: bottleneck\n  span: 3"),
      answer: `x.yaml:7:9  Expected span to be 2, except for basic and plain blocks of the cifar family, got 3.
    7 |   span: 3
      |         ^`,
    },
    {
      title: "a depth that no bottleneck net has",
      text: edit("depth: 20", "depth: 32\n  block: bottleneck"),
      answer: `x.yaml:5:10  Expected depth to be 9n+2 (20, 29, 110, 164, 1001 …), got 32.
    5 |   depth: 32
      |          ^^`,
    },
    {
      title: "a depth that no imagenet net has",
      text: edit("cifar\n  depth: 20", "imagenet\n  depth: 20"),
      answer: `x.yaml:5:10  Expected depth to be 18, 34, 50, 101 or 152, got 20.
    5 |   depth: 20
      |          ^^`,
    },
    {
      title: "a depth that does not suit the block",
      text: edit("cifar\n  depth: 20", "imagenet\n  depth: 50\n  block: plain"),
      answer: `x.yaml:5:10  Expected depth to be 18 or 34 for block plain, got 50.
    5 |   depth: 50
      |          ^^`,
    },
    {
      title: "a depth far too large",
      text: edit("depth: 20", "depth: 1000000"),
      answer: `x.yaml:5:10  Expected depth to be a whole number from 1 to 10000, got 1000000.
    5 |   depth: 1000000
      |          ^^^^^^^`,
    },
    {
      title: "zero iterations",
      text: edit("iterations: 10", "iterations: 0"),
      answer: `x.yaml:7:15  Expected iterations to be a whole number of at least 1, got 0.
    7 |   iterations: 0
      |               ^`,
    },
    {
      title: "a negative number",
      text: and("record: { trainEvery: -1 }"),
      answer: `x.yaml:8:23  Expected trainEvery to be a whole number of at least 1, got -1.
    8 | record: { trainEvery: -1 }
      |                       ^^`,
    },
    {
      title: "a share above 1",
      text: edit("depth: 20", "depth: 20\n  batchNorm: { momentum: 1.5 }"),
      answer: `x.yaml:6:26  Expected batchNorm.momentum to be a number above 0 and at most 1, got 1.5.
    6 |   batchNorm: { momentum: 1.5 }
      |                          ^^^`,
    },
    {
      title: "several problems in one file, in the order of their lines",
      text: edit("depth: 20", "depth: 21\n  width: 0").replace(
        "iterations: 10",
        "iterations: 10\n  momentum: 1\n  learningRate: { initial: 0, factor: 1 }\n  weightDecay: -1",
      ),
      answer: `x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^

x.yaml:6:10  Expected width to be a whole number from 1 to 10000, got 0.
    6 |   width: 0
      |          ^

x.yaml:9:13  Expected momentum to be a number of at least 0 and below 1, got 1.
    9 |   momentum: 1
      |             ^

x.yaml:10:28  Expected learningRate.initial to be a number above 0, got 0.
   10 |   learningRate: { initial: 0, factor: 1 }
      |                            ^

x.yaml:10:39  Expected learningRate.factor to be a number above 0 and below 1, got 1.
   10 |   learningRate: { initial: 0, factor: 1 }
      |                                       ^

x.yaml:11:16  Expected weightDecay to be a number of at least 0, got -1.
   11 |   weightDecay: -1
      |                ^^`,
    },
    {
      title: "a depth beside a misspelt word",
      text: edit("depth: 20", "depth: 21\n  strideIn: 2x2"),
      answer: `x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^

x.yaml:6:13  Expected strideIn to be 1x1 or 3x3, got "2x2".
    6 |   strideIn: 2x2
      |             ^^^`,
    },
    {
      title: "drops that do not increase",
      text: edit("iterations: 10", "iterations: 10\n  learningRate: { dropAt: [30, 20] }"),
      answer: `x.yaml:8:32  Expected learningRate.dropAt to increase, got 20 after 30.
    8 |   learningRate: { dropAt: [30, 20] }
      |                                ^^`,
    },
    {
      title: "a drop that is not a number",
      text: edit("iterations: 10", "iterations: 10\n  learningRate: { dropAt: [x, 20, 0] }"),
      answer: `x.yaml:8:28  Expected each entry of learningRate.dropAt to be a whole number of at least 1, got "x".
    8 |   learningRate: { dropAt: [x, 20, 0] }
      |                            ^

x.yaml:8:35  Expected each entry of learningRate.dropAt to be a whole number of at least 1, got 0.
    8 |   learningRate: { dropAt: [x, 20, 0] }
      |                                   ^`,
    },
    {
      title: "a table that does not exist",
      text: and("paper: [table-2, tabel-3]"),
      answer: `x.yaml:8:18  Expected each entry of paper to be a table or figure of the paper such as table-2 or figure-4, got "tabel-3".
    8 | paper: [table-2, tabel-3]
      |                  ^^^^^^^`,
    },
  ],
  seeds: [
    {
      title: "a seed given twice",
      text: and("seeds: [0, 1, 0]"),
      answer: `x.yaml:8:15  Expected seeds to differ, got 0 again.
    8 | seeds: [0, 1, 0]
      |               ^`,
    },
    {
      title: "no seed",
      text: and("seeds: []"),
      answer: `x.yaml:8:8  Expected seeds to be a list of at least one value, got an empty list.
    8 | seeds: []
      |        ^^`,
    },
    {
      title: "a single number",
      text: and("seeds: 3"),
      answer: `x.yaml:8:8  Expected seeds to be a list of whole numbers of at least 0, got 3.
    8 | seeds: 3
      |        ^
      Write a list: [3].`,
    },
    {
      title: "a range",
      text: and("seeds: 0-4"),
      answer: `x.yaml:8:8  Expected seeds to be a list of whole numbers of at least 0, got "0-4".
    8 | seeds: 0-4
      |        ^^^
      Write a list: [0, 1, 2, 3, 4].`,
    },
    {
      title: "numbers that cannot be seeds",
      text: and("seeds: [-1, 1.5, x]"),
      answer: `x.yaml:8:9  Expected each entry of seeds to be a whole number of at least 0, got -1.
    8 | seeds: [-1, 1.5, x]
      |         ^^

x.yaml:8:13  Expected each entry of seeds to be a whole number of at least 0, got 1.5.
    8 | seeds: [-1, 1.5, x]
      |             ^^^

x.yaml:8:18  Expected each entry of seeds to be a whole number of at least 0, got "x".
    8 | seeds: [-1, 1.5, x]
      |                  ^`,
    },
  ],
  "a matrix": [
    {
      title: "a misspelt path",
      text: and("matrix: { model.widht: [8, 16] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got model.widht.
    8 | matrix: { model.widht: [8, 16] }
      |           ^^^^^^^^^^^
      Did you mean model.width?
      Valid: ${pathsOf("model")}.`,
    },
    {
      title: "a misspelt path of a key that the base leaves out, once",
      text: `${edit("  depth: 20\n", "")}matrix: { model.detph: [20, 21] }\n`,
      answer: `x.yaml:7:11  Expected an axis to be the path of a value, got model.detph.
    7 | matrix: { model.detph: [20, 21] }
      |           ^^^^^^^^^^^
      Did you mean model.depth?
      Valid: ${pathsOf("model")}.

x.yaml:7:29  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    7 | matrix: { model.detph: [20, 21] }
      |                             ^^`,
    },
    {
      title: "an exclude that leaves nothing",
      text: and("exclude: [{ model.depth: 20 }]"),
      answer: `x.yaml:8:1  Expected exclude to leave at least one cell of 1, got 0.
    8 | exclude: [{ model.depth: 20 }]
      | ^^^^^^^`,
    },
    {
      title: "an exclude with a misspelt path, with no values and with a word",
      text: and("exclude: [{ model.detph: 20 }, { model.depth: [] }, plain-110]"),
      answer: `x.yaml:8:13  Expected a key of exclude to be the path of a value, got model.detph.
    8 | exclude: [{ model.detph: 20 }, { model.depth: [] }, plain-110]
      |             ^^^^^^^^^^^
      Did you mean model.depth?
      Valid: ${pathsOf("model")}.

x.yaml:8:47  Expected model.depth in exclude to be a value or a list of values, got an empty list.
    8 | exclude: [{ model.detph: 20 }, { model.depth: [] }, plain-110]
      |                                               ^^
      For example exclude: [{ model.block: plain, model.depth: 110 }].

x.yaml:8:53  Expected each entry of exclude to be a mapping of paths to values, got "plain-110".
    8 | exclude: [{ model.detph: 20 }, { model.depth: [] }, plain-110]
      |                                                     ^^^^^^^^^
      For example exclude: [{ model.block: plain, model.depth: 110 }].`,
    },
    {
      title: "a key without its section",
      text: and("matrix: { width: [8, 16] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got width.
    8 | matrix: { width: [8, 16] }
      |           ^^^^^
      Did you mean model.width?
      A path starts with dataset, model, training, evaluation or record.`,
    },
    {
      title: "a path that leads nowhere",
      text: and("matrix: { optimizer.name: [adam, sgd] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got optimizer.name.
    8 | matrix: { optimizer.name: [adam, sgd] }
      |           ^^^^^^^^^^^^^^
      A path starts with dataset, model, training, evaluation or record.`,
    },
    {
      title: "a section",
      text: and("matrix: { model.batchNorm: [1, 2] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got model.batchNorm, which is a section.
    8 | matrix: { model.batchNorm: [1, 2] }
      |           ^^^^^^^^^^^^^^^
      Its values: model.batchNorm.epsilon, model.batchNorm.momentum.`,
    },
    {
      title: "a section with its keys",
      text: and("matrix: { model: { width: [8, 16] } }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got model, which is a section.
    8 | matrix: { model: { width: [8, 16] } }
      |           ^^^^^
      Its values: ${pathsOf("model")}.`,
    },
    {
      title: "numbers for a key that takes lists",
      text: and("matrix: { training.learningRate.dropAt: [1, 2] }"),
      answer: `x.yaml:8:42  Expected learningRate.dropAt to be a list of whole numbers of at least 1, got 1.
    8 | matrix: { training.learningRate.dropAt: [1, 2] }
      |                                          ^
      Write a list: [1].

x.yaml:8:45  Expected learningRate.dropAt to be a list of whole numbers of at least 1, got 2.
    8 | matrix: { training.learningRate.dropAt: [1, 2] }
      |                                             ^
      Write a list: [2].`,
    },
    {
      title: "a list twice",
      text: and("matrix: { training.learningRate.dropAt: [[1, 2], [], [1, 2]] }"),
      answer: `x.yaml:8:54  Expected the values of the axis training.learningRate.dropAt to differ, got [1, 2] again.
    8 | matrix: { training.learningRate.dropAt: [[1, 2], [], [1, 2]] }
      |                                                      ^^^^^^`,
    },
    {
      title: "values that vary together, with a misspelt path, with another path than the first, and without a path",
      text: and("matrix:\n  batch:\n    - { training.batchSiz: 8 }\n    - { model.width: 8 }\n    - 16"),
      answer: `x.yaml:10:9  Expected an axis to be the path of a value, got training.batchSiz.
   10 |     - { training.batchSiz: 8 }
      |         ^^^^^^^^^^^^^^^^^
      Did you mean training.batchSize?
      Valid: ${axesOf("training")}.

x.yaml:11:7  Expected each value of the axis batch to give the same paths as the first, got model.width.
   11 |     - { model.width: 8 }
      |       ^^^^^^^^^^^^^^^^^^
      The first gives training.batchSiz.

x.yaml:12:7  Expected each value of the axis batch to be a mapping of paths to values, got 16.
   12 |     - 16
      |       ^^
      For example batch: [{ training.batchSize: 128, training.learningRate.initial: 0.1 }].`,
    },
    {
      title: "values that vary together and do not suit each other",
      text: `${edit("  depth: 20\n", "")}matrix: { net: [{ model.depth: 20, model.block: basic }, { model.depth: 20, model.block: bottleneck }, { model.depth: 44, model.block: bottleneck }] }\n`,
      answer: `x.yaml:7:119  Expected depth to be 9n+2 (20, 29, 110, 164, 1001 …), got 44.
    7 | …th: 20, model.block: bottleneck }, { model.depth: 44, model.block: bottleneck }] }
      |                                                    ^^
      In the cell model.depth: 44, model.block: "bottleneck".`,
    },
    {
      title: "a path on two axes",
      text: and("matrix: { model.width: [8, 16], net: [{ model.width: 4, model.span: 2 }] }"),
      answer: `x.yaml:8:33  Expected model.width on one axis, got it on two.
    8 | matrix: { model.width: [8, 16], net: [{ model.width: 4, model.span: 2 }] }
      |                                 ^^^`,
    },
    {
      title: "values that vary together, twice the same",
      text: and("matrix: { net: [{ model.width: 8 }, { model.width: 8 }] }"),
      answer: `x.yaml:8:37  Expected the values of the axis net to differ, got a mapping of keys again.
    8 | matrix: { net: [{ model.width: 8 }, { model.width: 8 }] }
      |                                     ^^^^^^^^^^^^^^^^^^`,
    },
    {
      title: "a value beside an axis that varies it together with others",
      text: and("matrix: { net: [{ model.depth: 20, model.width: 8 }] }"),
      answer: `x.yaml:8:19  Expected model.depth once, as a value or as an axis, got both.
    8 | matrix: { net: [{ model.depth: 20, model.width: 8 }] }
      |                   ^^^^^^^^^^^`,
    },
    {
      title: "the name",
      text: and("matrix: { name: [a, b] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got name.
    8 | matrix: { name: [a, b] }
      |           ^^^^
      Did you mean dataset.name?
      A path starts with dataset, model, training, evaluation or record.`,
    },
    {
      title: "the seeds",
      text: and("matrix: { seeds: [0, 1] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got seeds.
    8 | matrix: { seeds: [0, 1] }
      |           ^^^^^
      Write seeds: [0, 1] beside matrix; each cell runs with each seed.`,
    },
    {
      title: "the profiles",
      text: and("matrix: { profiles: [a, b] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got profiles.
    8 | matrix: { profiles: [a, b] }
      |           ^^^^^^^^
      A path starts with dataset, model, training, evaluation or record.`,
    },
    {
      title: "a key that changes no result",
      text: and("matrix: { record.checkpointEvery: [1, 2] }"),
      answer: `x.yaml:8:11  Expected an axis to change the results of a run, got record.checkpointEvery, which changes none.
    8 | matrix: { record.checkpointEvery: [1, 2] }
      |           ^^^^^^^^^^^^^^^^^^^^^^`,
    },
    {
      title: "constructor",
      text: and("matrix: { model.constructor: [1, 2] }"),
      answer: `x.yaml:8:11  Expected an axis to be the path of a value, got model.constructor.
    8 | matrix: { model.constructor: [1, 2] }
      |           ^^^^^^^^^^^^^^^^^
      Valid: ${pathsOf("model")}.`,
    },
    {
      title: "an axis that is a value",
      text: and("matrix: { model.width: 8 }"),
      answer: `x.yaml:8:24  Expected the axis model.width to be a list of at least one value, got 8.
    8 | matrix: { model.width: 8 }
      |                        ^
      Write model.width: [8].`,
    },
    {
      title: "an axis without a value",
      text: and("matrix: { model.width: [] }"),
      answer: `x.yaml:8:24  Expected the axis model.width to be a list of at least one value, got an empty list.
    8 | matrix: { model.width: [] }
      |                        ^^`,
    },
    {
      title: "an axis with a value twice",
      text: and("matrix: { model.width: [8, 16, 8.0] }"),
      answer: `x.yaml:8:32  Expected the values of the axis model.width to differ, got 8 again.
    8 | matrix: { model.width: [8, 16, 8.0] }
      |                                ^^^`,
    },
    {
      title: "values that the vocabulary refuses, each once",
      text: `${edit("  depth: 20\n", "")}matrix: { training.batchSize: [1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }\n`,
      answer: `x.yaml:7:60  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 19.
    7 | matrix: { training.batchSize: [1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }
      |                                                            ^^

x.yaml:7:64  Expected depth to be a whole number from 1 to 10000, got "32".
    7 | matrix: { training.batchSize: [1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }
      |                                                                ^^^^
      Leave out the quotes.

x.yaml:7:70  Expected depth to be a whole number from 1 to 10000, got nothing.
    7 | matrix: { training.batchSize: [1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }
      |                                                                      ^^^^
      depth: number of weighted layers; cifar: 6n+2 (bottleneck: 9n+2; repvgg: 3n+2); imagenet: 18, 34, 50, 101 or 152

x.yaml:7:76  Expected depth to be a whole number from 1 to 10000, got a list.
    7 | matrix: { training.batchSize: [1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }
      |                                                                            ^^^^
      To vary it, list its values under matrix.

x.yaml:7:82  Expected depth to be a whole number from 1 to 10000, got a mapping of keys.
    7 | …1, 2, 3], model.depth: [20, 19, "32", null, [44], { n: 3 }] }
      |                                                    ^^^^^^^^`,
    },
    {
      title: "a value that no cell can take",
      text: imagenet("matrix: { model.block: [plain, basic], model.depth: [18, 19] }"),
      answer: `x.yaml:7:58  Expected depth to be 18 or 34 for block plain, got 19.
    7 | matrix: { model.block: [plain, basic], model.depth: [18, 19] }
      |                                                          ^^
      In the cell model.block: "plain", model.depth: 19.`,
    },
    {
      title: "values that do not suit each other",
      text: imagenet("matrix: { model.block: [basic, bottleneck], model.depth: [18, 50] }"),
      answer: `x.yaml:7:59  Expected depth to be 50, 101 or 152 for block bottleneck, got 18.
    7 | matrix: { model.block: [basic, bottleneck], model.depth: [18, 50] }
      |                                                           ^^
      In the cell model.block: "bottleneck", model.depth: 18.

x.yaml:7:63  Expected depth to be 18 or 34 for block basic, got 50.
    7 | matrix: { model.block: [basic, bottleneck], model.depth: [18, 50] }
      |                                                               ^^
      In the cell model.block: "basic", model.depth: 50.`,
    },
    {
      title: "a value beside an axis of its path",
      text: and("matrix: { model.depth: [20, 32] }"),
      answer: `x.yaml:8:11  Expected model.depth once, as a value or as an axis, got both.
    8 | matrix: { model.depth: [20, 32] }
      |           ^^^^^^^^^^^`,
    },
    {
      title: "a list instead of axes",
      text: and("matrix: [model.depth]"),
      answer: `x.yaml:8:9  Expected matrix to be a mapping of paths to lists, got a list.
    8 | matrix: [model.depth]
      |         ^^^^^^^^^^^^^
      For example matrix: { model.depth: [18, 34] }.`,
    },
    {
      title: "more cells than allowed",
      text: and(`matrix:\n  model.width: [${numbers(101)}]\n  training.batchSize: [${numbers(100)}]`),
      answer: `x.yaml:8:1  Expected the matrix to have at most 10000 cells, got 10100.
    8 | matrix:
      | ^^^^^^
      It has 101 × 100.`,
    },
    {
      title: "more runs than allowed",
      text: and(`seeds: [${numbers(101)}]\nmatrix: { model.width: [${numbers(100)}] }`),
      answer: `x.yaml:8:8  Expected at most 10000 runs, got 10100: each cell of the matrix with each seed.
    8 | seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 2…
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^`,
    },
  ],
  profiles: [
    {
      title: "a list of profiles",
      text: and("profiles: [smoke]"),
      answer: `x.yaml:8:11  Expected profiles to be a mapping of names to partial experiments, got a list.
    8 | profiles: [smoke]
      |           ^^^^^^^`,
    },
    {
      title: "a profile that is a value",
      text: and("profiles: { smoke: 3, tiny: }"),
      answer: `x.yaml:8:20  Expected the profile smoke to be a mapping of keys, got 3.
    8 | profiles: { smoke: 3, tiny: }
      |                    ^

x.yaml:8:23  Expected the profile tiny to be a mapping of keys, got nothing.
    8 | profiles: { smoke: 3, tiny: }
      |                       ^^^^`,
    },
    {
      title: "a name that is not one word",
      text: and("profiles: { My Profile: {} }"),
      answer: `x.yaml:8:13  Expected the name of a profile to be at most 64 lower-case letters, digits and hyphens, got "My Profile".
    8 | profiles: { My Profile: {} }
      |             ^^^^^^^^^^`,
    },
    {
      title: "a profile in a profile",
      text: and("profiles: { smoke: { profiles: {} } }"),
      answer: `x.yaml:8:22  Expected a profile to have no profiles of its own, got some.
    8 | profiles: { smoke: { profiles: {} } }
      |                      ^^^^^^^^`,
    },
    {
      title: "a misspelt key",
      text: and("profiles: { smoke: { trainin: { iterations: 5 } } }"),
      answer: `x.yaml:8:22  Expected a key of an experiment, got trainin.
    8 | profiles: { smoke: { trainin: { iterations: 5 } } }
      |                      ^^^^^^^
      Did you mean training?
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`,
    },
    {
      title: "a value out of bounds",
      text: and("profiles:\n  tiny: {}\n  smoke:\n    training: { iterations: 0 }"),
      answer: `x.yaml:11:29  Expected iterations to be a whole number of at least 1, got 0.
   11 |     training: { iterations: 0 }
      |                             ^`,
    },
    {
      title: "a value of the base that a profile makes wrong",
      text: `${edit("depth: 20", "depth: 44")}profiles:\n  deep:\n    model: { block: bottleneck }\n`,
      answer: `x.yaml:5:10  Expected depth to be 9n+2 (20, 29, 110, 164, 1001 …), got 44.
    5 |   depth: 44
      |          ^^
      Under the profile deep.`,
    },
    {
      title: "an error of the base, once for all profiles",
      text: `${edit("depth: 20", "depth: 21")}profiles: { smoke: { training: { iterations: 5 } }, tiny: {} }\n`,
      answer: `x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^`,
    },
    {
      title: "an axis of a profile",
      text: and("profiles: { deep: { matrix: { model.depth: [20, 21] } } }"),
      answer: `x.yaml:8:49  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    8 | profiles: { deep: { matrix: { model.depth: [20, 21] } } }
      |                                                 ^^`,
    },
    {
      title: "a section that a profile replaces by a value",
      text: and("profiles: { smoke: { training: 5 } }"),
      answer: `x.yaml:8:32  Expected training to be a mapping of keys, got 5.
    8 | profiles: { smoke: { training: 5 } }
      |                                ^
      Its keys: ${keysOf("training")}.`,
    },
  ],
  "text made to crash the parser": [
    {
      title: "brackets within brackets",
      text: "[".repeat(100_000),
      answer: `x.yaml:1:33  Expected at most 32 levels of nesting, and keys within the first 120 columns, got more.
    1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
      |                                 ^`,
    },
    {
      title: "lists within lists",
      text: "- ".repeat(100_000),
      answer: `x.yaml:1:123  Expected at most 32 levels of nesting, and keys within the first 120 columns, got more.
    1 | …- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - …
      |                                                    ^`,
    },
    {
      title: "mappings within mappings",
      text: "{a: ".repeat(50_000),
      answer: `x.yaml:1:129  Expected at most 32 levels of nesting, and keys within the first 120 columns, got more.
    1 | …: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a…
      |                                                    ^`,
    },
    {
      title: "deeper and deeper indentation",
      text: Array.from({ length: 100 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      answer: `x.yaml:34:34  Expected at most 32 levels of nesting, got more.
   34 |                                  a:
      |                                  ^^`,
    },
    {
      title: "an alias bomb",
      text: [
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        ..."bcdefghij"
          .split("")
          .map((key, i) => `${key}: &${key} [${Array(10).fill(`*${"abcdefghij"[i]}`).join(", ")}]`),
      ].join("\n"),
      answer: `x.yaml:5:16  Expected at most 50000 values, got more with this alias.
    5 | e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
      |                ^^`,
    },
    {
      title: "too many keys",
      text: Array.from({ length: 1001 }, (_, i) => `key${i}: 1`).join("\n"),
      answer: `x.yaml:1:1  Expected at most 1000 keys, got 1001.
    1 | key0: 1
      | ^^^^^^^`,
    },
    {
      title: "too many words",
      text: `[${"a,".repeat(30_000)}]`,
      answer: `x.yaml:1:50001  Expected an experiment of at most 50000 words, got more.
    1 | …,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a…
      |                                                    ^`,
    },
    {
      title: "a line too long to show",
      text: and(`question: { ${"x".repeat(150)}: 1, ${"y".repeat(150)} }`),
      answer: `x.yaml:8:11  Expected question to be text, got a mapping of keys.
    8 | question: { xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^`,
    },
  ],
};
