import Networks

/// Makes one ONNX node part of the network.
typealias ONNXTranslation = @Sendable (inout ONNXImporter, ONNXNode) throws -> Void

/// Every ONNX operation on activations that is understood, one row each; those of constants alone are `onnxFoldings`.
let onnxOperations: [String: ONNXTranslation] = [
  "Conv": { try $0.convolution($1) },
  "ConvTranspose": { try $0.transposedConvolution($1) },
  "Gemm": { try $0.gemm($1) },
  "MatMul": { try $0.matMul($1) },
  "BatchNormalization": { try $0.batchNorm($1) },
  "InstanceNormalization": { try $0.instanceNorm($1) },
  "GroupNormalization": { try $0.groupNorm($1) },
  "LayerNormalization": { try $0.layerNorm($1) },
  "LRN": { try $0.localResponseNorm($1) },

  "Relu": { try $0.elementwise($1, ReLU()) },
  "LeakyRelu": { try $0.elementwise($1, LeakyReLU(slope: $1.float("alpha", 0.01))) },
  "Elu": { try $0.elementwise($1, ELU(alpha: $1.float("alpha", 1))) },
  "Selu": { try $0.selu($1) },
  "Celu": { try $0.celu($1) },
  "PRelu": { try $0.prelu($1) },
  "Gelu": { try $0.elementwise($1, GELU(approximate: $1.text("approximate", "none") == "tanh")) },
  "Sigmoid": { try $0.sigmoid($1) },
  "HardSigmoid": { try $0.hardSigmoid($1) },
  "HardSwish": { try $0.hardSwish($1) },
  "Swish": { try $0.elementwise($1, SiLU()) },
  "Mish": { try $0.mish($1) },
  "Softplus": { try $0.elementwise($1, Softplus()) },
  "Softsign": { try $0.softsign($1) },
  "Tanh": { try $0.elementwise($1, Tanh()) },
  "Erf": { try $0.errorFunction($1) },
  "Exp": { try $0.elementwise($1, Exponential()) },
  "Abs": { try $0.elementwise($1, Absolute()) },
  "Neg": { try $0.elementwise($1, Affine(scale: -1)) },
  "Sqrt": { try $0.elementwise($1, Power(0.5)) },
  "Reciprocal": { try $0.elementwise($1, Power(-1)) },
  "Clip": { try $0.clip($1) },
  "Max": { try $0.bound($1, isLower: true) },
  "Min": { try $0.bound($1, isLower: false) },
  "Pow": { try $0.power($1) },
  "Softmax": { try $0.softmax($1) },
  "LogSoftmax": { try $0.softmax($1) },
  "Dropout": { try $0.pass($1) },
  "Identity": { try $0.pass($1) },
  "Cast": { try $0.cast($1) },

  "Add": { try $0.arithmetic($1, .add) },
  "Sum": { try $0.sum($1) },
  "Sub": { try $0.arithmetic($1, .subtract) },
  "Mul": { try $0.arithmetic($1, .multiply) },
  "Div": { try $0.arithmetic($1, .divide) },

  "MaxPool": { try $0.maxPool($1) },
  "AveragePool": { try $0.averagePool($1) },
  "GlobalAveragePool": { try $0.globalPool($1, .mean) },
  "GlobalMaxPool": { try $0.globalPool($1, .maximum) },
  "ReduceMean": { try $0.reduce($1, .mean) },
  "ReduceMax": { try $0.reduce($1, .maximum) },
  "ReduceSum": { try $0.reduce($1, .sum) },
  "Resize": { try $0.resize($1) },
  "Upsample": { try $0.resize($1) },
  "Pad": { try $0.pad($1) },

  "Concat": { try $0.concat($1) },
  "Slice": { try $0.slice($1) },
  "Split": { try $0.split($1) },
  "Gather": { try $0.gather($1) },
  "Expand": { try $0.expand($1) },
  "Tile": { try $0.tile($1) },
  "Flatten": { try $0.flatten($1) },
  "Reshape": { try $0.reshape($1) },
  "Squeeze": { try $0.squeeze($1) },
  "Unsqueeze": { try $0.unsqueeze($1) },
  "Transpose": { try $0.transpose($1) },
  "DepthToSpace": { try $0.depthToSpace($1) },
  "SpaceToDepth": { try $0.spaceToDepth($1) },

  "Shape": { try $0.shape($1) },
  "Size": { try $0.size($1) },
]

/// Operations of quantised networks. `DequantizeLinear` of constants alone is folded.
let onnxQuantised: Set<String> = [
  "QuantizeLinear", "DynamicQuantizeLinear", "ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul",
  "QLinearAdd", "QLinearGlobalAveragePool", "QGemm", "FusedConvInteger",
]

/// Attention as one operation.
let onnxAttention: Set<String> = ["Attention", "MultiHeadAttention", "GroupQueryAttention", "Einsum"]
