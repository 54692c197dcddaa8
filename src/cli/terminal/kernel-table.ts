// The table of kernel times that `bench --kernels` prints.
import type { Column } from "../../text/column.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import type { KernelTime } from "../../training/benchmark.ts";

const shownKernels = 30;

/** The slowest kernels of `steps` steps. */
export function kernelTable(kernels: readonly KernelTime[], steps: number, width: number): string {
  const total = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
  const columns: readonly Column<KernelTime>[] = [
    { title: "kernel", text: ({ kernel }) => kernel },
    { title: "inputs", importance: 1, text: ({ shapes }) => shapes.split(", ").slice(0, 2).join(", ") },
    { title: "calls", align: "right", importance: 2, text: ({ calls }) => String(Math.round(calls / steps)) },
    { title: "ms a step", align: "right", importance: 4, text: ({ seconds }) => milliseconds(seconds / steps) },
    {
      title: "share",
      align: "right",
      importance: 3,
      text: ({ seconds }) => `${((100 * seconds) / total).toFixed(1)}%`,
    },
  ];
  return terminalTable(columns, kernels.slice(0, shownKernels), width);
}

/** 0.0123 as "12.3". */
export function milliseconds(seconds: number): string {
  return (1000 * seconds).toFixed(1);
}
