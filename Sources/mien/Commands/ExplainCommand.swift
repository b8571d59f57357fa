/// `mien explain MODEL IMAGE… --method gradcam|saliency|smoothgrad|guided`.
enum ExplainCommand {
  static let row = Command(
    words: ["explain"],
    summary: "Shows which parts of a face decide what networks say of it.",
    operands: [
      Operand(placeholder: "MODEL[,MODEL…]", kind: .list), Operand(placeholder: "IMAGE", kind: .file, repeats: true),
    ],
    options: ExplainOptions.all,
    details: [
      "For each face DIR gets a figure (a row a network, a column a class) and the same maps as numbers in a .json file. "
        + "Faces are found as annotate finds them; a square image of at most 64 pixels a side is taken as a face's crop.",
      "gradcam weighs the maps of a layer by the mean gradient of the class's logit: by default the last map before "
        + "pooling, with --layer any convolution (layer4.1.conv2) or what leaves a block (layer4.1, mask3). saliency is that "
        + "gradient by the pixels, smoothgrad its mean over 25 noisy copies, guided passes only positive gradients back.",
    ],
    examples: [
      ("mien explain default portrait.jpg -o why/", "a figure of Grad-CAM for every class"),
      ("mien explain default faces/ --method smoothgrad --format svg -o why/", "vector figures of saliency"),
    ],
    run: { try ExplainRun(ExplainRequest($0)).run() })
}
