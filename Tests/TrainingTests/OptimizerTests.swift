import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

private let steps = 12
private let count = 5

/// The gradient that both sides compute: of the sum of `sin(3 w + step)`.
private let script = """
  import json, sys, torch
  kind, rate = sys.argv[1], 0.03
  w = torch.tensor([0.1, -0.7, 1.3, 2.0, -0.2], requires_grad=True)
  make = {
      "sgd": lambda: torch.optim.SGD([w], lr=rate, momentum=0.9, weight_decay=0.02),
      "nesterov": lambda: torch.optim.SGD([w], lr=rate, momentum=0.9, nesterov=True, weight_decay=0.02),
      "adamw": lambda: torch.optim.AdamW([w], lr=rate, weight_decay=0.02),
      "radam": lambda: torch.optim.RAdam([w], lr=rate, weight_decay=0.02)}
  optimizer = make[kind]()
  for step in range(12):
      optimizer.zero_grad()
      torch.sin(3 * w + step).sum().backward()
      optimizer.step()
  print(json.dumps(w.tolist()))
  """

@Test(
  .enabled(if: Python.has("torch"), "\(Python.missing("torch"))"), arguments: ["sgd", "nesterov", "adamw", "radam"])
func optimizersMoveWeightsAsPyTorchs(_ kind: String) throws {
  var configuration = TrainingConfiguration()
  configuration.weightDecay = 0.02
  configuration.nesterov = kind == "nesterov"
  configuration.optimizer = OptimizerKind(rawValue: kind) ?? .sgd
  let optimizer = configuration.makeOptimizer()
  let slot = ParameterSlot(
    name: "w", value: Tensor(shape: [count], [0.1, -0.7, 1.3, 2.0, -0.2]), gradient: Tensor(shape: [count]),
    decays: true, moments: optimizer.moments)
  for step in 0..<steps {
    for i in 0..<count { slot.gradient.elements[i] = 3 * cos(3 * slot.value.elements[i] + Float(step)) }
    optimizer.update(slot, rate: 0.03, step: step + 1, scale: 1)
  }
  let expected = try JSONDecoder().decode([Float].self, from: Python.run(script, kind))
  for (a, b) in zip(slot.value.elements, expected) { #expect(abs(a - b) < 2e-5) }
}

private let scheduleScript = """
  import json, torch
  w = torch.zeros(1, requires_grad=True)
  def rates(make, steps, error=None):
      optimizer = torch.optim.SGD([w], lr=0.1)
      schedule, out = make(optimizer), []
      for step in range(steps):
          out.append(optimizer.param_groups[0]["lr"])
          optimizer.step()
          schedule.step(*([error[step]] if error else []))
      return out
  S = torch.optim.lr_scheduler
  errors = [50, 40, 39.999, 41, 42, 40.5, 38, 38, 38, 38, 38, 37]
  print(json.dumps({
      "onecycle": rates(lambda o: S.OneCycleLR(o, 0.1, total_steps=60, pct_start=0.2, cycle_momentum=False), 60),
      "step": rates(lambda o: S.StepLR(o, 3), 12),
      "plateau": rates(lambda o: S.ReduceLROnPlateau(o, patience=2), 12, errors)}))
  """

@Test(.enabled(if: Python.has("torch"), "\(Python.missing("torch"))"))
func schedulesGiveTheRatesOfPyTorchs() throws {
  let expected = try JSONDecoder().decode([String: [Double]].self, from: Python.run(scheduleScript))
  var configuration = TrainingConfiguration()
  (configuration.rate, configuration.epochs, configuration.stepEpochs) = (0.1, 12, 3)
  for (kind, rates) in expected {
    configuration.schedule = try #require(ScheduleKind(rawValue: kind))
    var schedule = Schedule(configuration, stepsInEpoch: kind == "onecycle" ? 5 : 1)
    let errors = [50, 40, 39.999, 41, 42, 40.5, 38, 38, 38, 38, 38, 37]
    for (step, rate) in rates.enumerated() {
      #expect(abs(schedule.rate(step) - rate) < 1e-9, "\(kind), step \(step)")
      if kind == "plateau" { schedule.plateau.record(errors[step]) }
    }
  }
}

@Test(.enabled(if: Python.has("torch"), "\(Python.missing("torch"))"))
func labelSmoothingAndClassWeightsAreThoseOfCrossEntropy() throws {
  let logits: [Float] = [1, -2, 0.5, 0.3, 2, -1, 0, 0.1, 4]
  let script = """
    import torch, json
    x = torch.tensor([[1, -2, 0.5], [0.3, 2, -1], [0, 0.1, 4]], requires_grad=True)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor([0, 2, 2]), torch.tensor([1., 2., 0.5]), label_smoothing=0.2)
    loss.backward()
    print(json.dumps([loss.item()] + x.grad.flatten().tolist()))
    """
  let expected = try JSONDecoder().decode([Double].self, from: Python.run(script))
  let targets = Targets(labels: [0, 2, 2], classes: 3, smoothing: 0.2, weights: [1, 2, 0.5])
  var gradient = [Float](repeating: 0, count: 9)
  let loss = logits.withUnsafeBufferPointer { logits in
    gradient.withUnsafeMutableBufferPointer { targets.loss(logits, weight: 1, gradient: $0) }
  }
  #expect(abs(loss - expected[0]) < 1e-6)
  for (a, b) in zip(gradient, expected.dropFirst()) { #expect(abs(Double(a) - b) < 1e-6) }
}
