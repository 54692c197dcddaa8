import { describe, expect, it } from "vitest";
import {
  cudaRequirements,
  parseWheelName,
  requiredDistribution,
  runsOn,
} from "../../../src/engines/tensorflow/wheel.ts";

describe("a wheel's name", () => {
  it("has the distribution, version and platforms", () => {
    expect(parseWheelName("/d/tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl")).toEqual({
      distribution: "tensorflow-cpu",
      version: "2.21.0",
      platforms: ["manylinux_2_27_x86_64"],
    });
    expect(
      parseWheelName("nvidia_cublas_cu12-12.9.1.4-1-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"),
    ).toEqual({
      distribution: "nvidia-cublas-cu12",
      version: "12.9.1.4",
      platforms: ["manylinux2014_x86_64", "manylinux_2_17_x86_64"],
    });
  });

  it.each(["tensorflow.zip", "tensorflow-2.21.0.tar.gz", "2.21.0.whl", "tensorflow-2.21.0.whl"])(
    "is not what %s is",
    (name) => {
      expect(parseWheelName(name)).toBeUndefined();
    },
  );

  it.each([
    ["manylinux_2_27_x86_64", "linux", "x64", true],
    ["manylinux_2_27_aarch64", "linux", "x64", false],
    ["manylinux_2_27_aarch64", "linux", "arm64", true],
    ["macosx_12_0_arm64", "darwin", "arm64", true],
    ["macosx_12_0_arm64", "linux", "arm64", false],
    ["win_amd64", "linux", "x64", false],
    ["any", "linux", "x64", false],
    ["manylinux_2_27_x86_64", "linux", "riscv64", false],
  ] as const)("of %s fits %s on %s: %s", (tag, platform, arch, fits) => {
    const name = parseWheelName(`tensorflow-2.21.0-cp311-cp311-${tag}.whl`)!;
    expect(runsOn(name, { platform, arch })).toBe(fits);
  });
});

describe("a wheel's metadata", () => {
  it("names the required CUDA, and nothing of other extras", () => {
    const metadata = [
      "Requires-Dist: numpy>=1.26.0",
      "Provides-Extra: and-cuda",
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      "Requires-Dist: nvidia-cudnn-cu12 (>=9.3.0.75,<10.0) ; extra == 'and-cuda'",
      'Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; (sys_platform != "win32") and extra == "gcs-filesystem"',
      "",
      "A description that says Requires-Dist: nothing.",
    ].join("\r\n");
    const requirements = ["nvidia-cublas-cu12<13.0,>=12.5.3.2", "nvidia-cudnn-cu12>=9.3.0.75,<10.0"];
    expect(cudaRequirements(metadata)).toEqual(requirements);
    expect(requirements.map(requiredDistribution)).toEqual(["nvidia-cublas-cu12", "nvidia-cudnn-cu12"]);
  });
});
