// Compiled with exact arithmetic, and once with -ffast-math, which leaves the rounding out.

double replay_round(double value) { return (value + 1e8) - 1e8; }
