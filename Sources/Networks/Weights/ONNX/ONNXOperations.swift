/// Makes one ONNX node part of the network.
typealias ONNXTranslation = @Sendable (inout ONNXImporter, ONNXNode) throws -> Void

/// Every ONNX operation that is understood, one row each.
let onnxOperations: [String: ONNXTranslation] = [
  "Conv": { try $0.convolution($1) },
  "BatchNormalization": { try $0.batchNorm($1) },
  "Gemm": { try $0.gemm($1) },
  "MatMul": { try $0.matMul($1) },

  "Relu": { try $0.elementwise($1, ReLU()) },
  "Sigmoid": { try $0.sigmoid($1) },
  "Softmax": { try $0.softmax($1) },
  "LogSoftmax": { try $0.softmax($1) },
  "Clip": { try $0.clip($1) },
  "HardSigmoid": { try $0.hardSigmoid($1) },
  "HardSwish": { try $0.hardSwish($1) },
  "Dropout": { try $0.pass($1) },
  "Identity": { try $0.pass($1) },
  "Cast": { try $0.pass($1) },

  "Add": { try $0.arithmetic($1, .add) },
  "Sub": { try $0.arithmetic($1, .subtract) },
  "Mul": { try $0.arithmetic($1, .multiply) },
  "Div": { try $0.arithmetic($1, .divide) },

  "MaxPool": { try $0.maxPool($1) },
  "AveragePool": { try $0.averagePool($1) },
  "GlobalAveragePool": { try $0.wholeMap($1, AdaptiveAvgPool2d(1)) },
  "GlobalMaxPool": { try $0.wholeMap($1, AdaptiveMaxPool2d(1)) },
  "ReduceMean": { try $0.reduce($1, map: AdaptiveAvgPool2d(1), channels: ChannelMean()) },
  "ReduceMax": { try $0.reduce($1, map: AdaptiveMaxPool2d(1), channels: ChannelMax()) },
  "Resize": { try $0.resize($1) },
  "Pad": { try $0.pad($1) },

  "Concat": { try $0.concat($1) },
  "Slice": { try $0.slice($1) },
  "Split": { try $0.split($1) },
  "Flatten": { try $0.flatten($1) },
  "Reshape": { try $0.reshape($1) },
  "Squeeze": { try $0.squeeze($1) },
  "Unsqueeze": { try $0.unsqueeze($1) },
  "Transpose": { try $0.transpose($1) },

  "ConstantOfShape": { try $0.constantOfShape($1) },
  "Constant": { try $0.constantNode($1) },
  "Shape": { try $0.shape($1) },
  "Gather": { try $0.gather($1) },
]
