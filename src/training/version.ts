// The trainer's semantic version. It goes into every run's id, so that results of different arithmetic never mix.

/** Raise it with any change that moves a number of a finished run, and say so in CHANGELOG. */
export const trainerVersion = "1.0.0";
