// `engine install tensorflow`: it takes TensorFlow's library from its Python wheel, compiles the npm package's addon against
// it, and tests both in a separate process. Each step skips what an earlier try finished. The last step activates the
// installation.
import { existsSync, readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorMessage, UserError } from "../../errors.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { bringPackage, compileAddon } from "./addon-source.ts";
import { enginesDirectory, filesOf, type Installation, readInstallation, writeInstallation } from "./installation.ts";
import { downloadWheels } from "./pip.ts";
import { prove } from "./prove.ts";
import { isFileSystemError, readWheelText, type UnpackOptions, unpackWheel } from "./unpack.ts";
import { cudaRequirements, parseWheelName, requiredDistribution, runsOn, type WheelName } from "./wheel.ts";

/** Tested with the addon of the npm package. */
export const defaultVersion = "2.21.0";

export interface InstallOptions extends UnpackOptions {
  readonly version?: string | undefined;
  /** Whether to install kernels for NVIDIA's GPUs, and CUDA itself. */
  readonly cuda?: boolean | undefined;
  /** A wheel, or a directory of wheels, to use instead of a download by pip. */
  readonly from?: string | undefined;
  /** Called with a short description of each step. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/**
 * Installs TensorFlow for the tensorflow engine, unless it is installed.
 * @throws UserError that says what is missing and what to do; the same command then continues
 */
export async function installTensorflow(options: InstallOptions = {}): Promise<Installation> {
  try {
    return await install(options);
  } catch (error) {
    if (!isFileSystemError(error)) throw error;
    throw new UserError(
      `Expected to write TensorFlow (about 1.2 GB) to ${enginesDirectory()}, got ${errorMessage(error)}.`,
      ["Free some space, or choose another directory: RESNET_EXP_CACHE=DIR. Then run the same command again."],
    );
  }
}

async function install(options: InstallOptions): Promise<Installation> {
  const { signal, onStep = () => {} } = options;
  if (process.platform !== "linux") {
    throw new UserError(`Expected Linux, where TensorFlow's wheels fit the addon, got ${process.platform}.`);
  }
  const given = options.from === undefined ? undefined : findGivenWheel(options.from, options.cuda ?? false);
  const version = given?.name.version ?? checkVersion(options.version ?? defaultVersion);
  if (options.version !== undefined && version !== options.version) {
    throw new UserError(`Expected a wheel of TensorFlow ${options.version}, got ${given?.path}.`);
  }
  const cuda = options.cuda ?? false;
  const present = readInstallation();
  if (present?.version === version && present.cuda === cuda) return present;

  const directory = `tensorflow-${version}-${cuda ? "cuda" : "cpu"}`;
  const root = join(enginesDirectory(), directory);
  const wheels = join(root, "wheels");
  makeDirectory(wheels);
  const distribution = cuda ? "tensorflow" : "tensorflow-cpu";
  let wheel = given?.path ?? findWheel(wheels, distribution)?.path;
  if (wheel === undefined) {
    onStep(`Downloading ${distribution} ${version}`);
    await downloadWheels([`${distribution}==${version}`], wheels, options);
    wheel = findWheel(wheels, distribution)?.path;
  }
  if (wheel === undefined) throw new UserError(`Expected pip to download a wheel of ${distribution}, got none.`);

  onStep("Unpacking TensorFlow's library");
  const files = await unpackWheel(wheel, root, isWanted, options);
  if (!files.some((file) => file.endsWith("/libtensorflow_framework.so.2"))) {
    throw new UserError(`Expected ${wheel} to contain TensorFlow's library, got none.`);
  }
  if (cuda) await installCuda(wheel, root, given ? dirname(given.path) : wheels, options);
  onStep("Compiling the addon");
  await bringPackage(root, signal);
  await compileAddon(root, signal);
  onStep("Testing it with a convolution and its gradients");
  await prove(filesOf(directory), signal);
  const installation = { version, cuda, directory };
  writeInstallation(installation);
  await rm(wheels, { recursive: true, force: true });
  await rm(join(root, "tensorflow/include"), { recursive: true, force: true });
  return installation;
}

/** Installs the CUDA libraries that TensorFlow's wheel requires, in Python's layout: TensorFlow looks for them there. */
async function installCuda(wheel: string, root: string, given: string, options: InstallOptions): Promise<void> {
  const requirements = cudaRequirements((await readWheelText(wheel, ".dist-info/METADATA")) ?? "");
  if (requirements.length === 0) throw new UserError(`Expected ${wheel} to say which CUDA it needs, got nothing.`);
  const wheels = join(root, "wheels");
  const found = (requirement: string) => {
    const distribution = requiredDistribution(requirement);
    return findWheel(given, distribution) ?? findWheel(wheels, distribution);
  };
  const missing = requirements.filter((requirement) => !found(requirement));
  if (missing.length > 0) {
    options.onStep?.(`Downloading CUDA (${missing.length} wheels)`);
    await downloadWheels(missing, wheels, options);
  }
  options.onStep?.("Unpacking CUDA");
  for (const requirement of requirements) {
    const each = found(requirement);
    if (!each)
      throw new UserError(`Expected pip to download a wheel of ${requiredDistribution(requirement)}, got none.`);
    await unpackWheel(each.path, root, isCuda, options);
  }
}

/** TensorFlow's library, and the headers that the addon includes. */
function isWanted(name: string): boolean {
  return (
    /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name) ||
    /^tensorflow\/include\/(tsl|xla\/tsl|tensorflow\/(c|tsl|core\/platform))\/.*\.(h|inc)$/.test(name)
  );
}

/** CUDA's libraries, and the part of its compiler that turns PTX into code for GPUs newer than the library. */
function isCuda(name: string): boolean {
  return /^nvidia\/\w+\/(lib\/[^/]+\.so[^/]*|bin\/ptxas|nvvm\/libdevice\/[^/]+)$/.test(name);
}

interface Wheel {
  readonly path: string;
  readonly name: WheelName;
}

/** The wheel that the user gave, or TensorFlow's wheel in the directory that the user gave. */
function findGivenWheel(from: string, cuda: boolean): Wheel {
  const path = resolve(from);
  const state = statSync(path, { throwIfNoEntry: false });
  if (!state) throw new UserError(`Expected ${path} to be a wheel or a directory of wheels, got no such file.`);
  const distributions = cuda ? ["tensorflow"] : ["tensorflow-cpu", "tensorflow"];
  if (state.isDirectory()) {
    for (const distribution of distributions) {
      const found = findWheel(path, distribution);
      if (found) return found;
    }
    throw new UserError(`Expected ${path} to have a wheel of ${distributions.join(" or ")} for ${machine}, got none.`);
  }
  const name = parseWheelName(path);
  if (!name || !distributions.includes(name.distribution)) {
    throw new UserError(`Expected ${path} to be a wheel of ${distributions.join(" or ")}, got another file.`, [
      "A wheel must keep its name from PyPI: for example tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl.",
    ]);
  }
  if (!runsOn(name)) {
    throw new UserError(`Expected a wheel for ${machine}, got one for ${name.platforms.join(", ")}: ${path}.`);
  }
  return { path, name };
}

const machine = `${process.platform} on ${process.arch}`;

function findWheel(directory: string, distribution: string): Wheel | undefined {
  for (const file of existsSync(directory) ? readdirSync(directory) : []) {
    const name = parseWheelName(file);
    if (name?.distribution === distribution && runsOn(name)) return { path: join(directory, file), name };
  }
  return undefined;
}

function checkVersion(version: string): string {
  if (/^\d+\.\d+\.\d+((rc|\.post)\d+)?$/.test(version)) return version;
  throw new UserError(`Expected a version of TensorFlow such as ${defaultVersion}, got ${JSON.stringify(version)}.`);
}
