// What Python hands over: one shape of network, many networks, one order of minibatches.
//
// Plain C, mirrored field by field in ../native.py. All arrays belong to the caller; those of real numbers are float or
// double as `wide_numbers` says. Row-major throughout.
#pragma once
#include <stdint.h>

enum { MSE = 0, BCE = 1, CROSS_ENTROPY = 2 };
enum { SGD = 0, MOMENTUM = 1, ADAM = 2, ADAMW = 3 };
enum { NO_SKIP = 0, RESIDUAL = 1, REZERO = 2 };
enum { CHOOSE = 0, LANES = 1, SINGLE = 2 };
enum { MEASURES = 5 };  // of a snapshot, per layer: ‖∂L/∂z‖, ‖∂L/∂W‖, dead, saturated, sign-locked shares

typedef struct {
  int32_t builtin;               // number of a hand-written activation, or -1: the tape below
  double parameters[4];          // of the hand-written one
  int32_t steps, constants, registers, learned;
  const int32_t *step;           // steps × (operation, result, a, b, c)
  const double *constant;        // registers: x, learned ones, constants, then those written to
  const int32_t *result;         // registers of f, f', ∂f/∂(learned 1), …
  double saturated_below;        // |f'| under which a unit counts as saturated
} Activation;

typedef struct {
  int32_t wide_numbers;          // 0: float, 1: double
  int32_t layers;                // of weights
  const int32_t *sizes;          // layers + 1
  int32_t loss, optimizer, batch_norm, skip;
  double momentum, beta1, beta2, epsilon, weight_decay;
  int64_t networks;
  int32_t activations;
  const Activation *activation;
  const int32_t *activation_of;  // networks
  const double *rate;            // networks
  void *weights, *first, *second; // networks × parameters: weights, and the optimizer's averages
  void *running;                 // networks × 2 × hidden units: mean and variance of batch norm
  const void *inputs, *targets;  // rows × sizes[0], rows × target columns
  int32_t rows, batch, steps, steps_before;
  const int32_t *order;          // steps × batch: rows
  const void *held_inputs, *held_targets;  // to be scored on
  int32_t held_rows, points;
  const int32_t *point;          // rising: after how many of these steps a point of the curve is taken
  int32_t loss_window;           // how many steps before a point its training loss is a mean of
  float *curve;                  // networks × points × (training loss, held loss, accuracy or mean square)
  int32_t *diverged;             // networks: first step without a finite result, counted from 1; 0: none so far
  int32_t snapshots;
  const int32_t *snapshot;       // rising: before which of these steps
  float *flow;                   // networks × snapshots × layers × MEASURES
  int64_t *done;                 // network-steps so far; read while it runs
  const int32_t *cancel;         // set to 1 to stop within a step
  int32_t workers, kernel;
} Job;

static inline int hidden_units(const Job *job) {
  int sum = 0;
  for (int l = 1; l < job->layers; l++) sum += job->sizes[l];
  return sum;
}

// Whether hidden layer l (1 …) adds its input to its output.
static inline int skips(const Job *job, int l) {
  return job->skip != NO_SKIP && l >= 2 && l < job->layers && job->sizes[l] == job->sizes[l - 1];
}

static inline int learned_scalars(const Job *job) {
  return job->activations ? job->activation[0].learned : 0;
}

// Weights and biases layer by layer, then scale and shift of the norms, then the activations' learned numbers layer by
// layer, then the scales of the branches.
static inline int parameter_count(const Job *job) {
  int count = 0;
  for (int l = 0; l < job->layers; l++) count += (job->sizes[l] + 1) * job->sizes[l + 1];
  if (job->batch_norm) count += 2 * hidden_units(job);
  count += learned_scalars(job) * (job->layers - 1);
  if (job->skip == REZERO)
    for (int l = 1; l < job->layers; l++) count += skips(job, l);
  return count;
}
