/// `mien evaluate MODEL[,MODEL…] --data DIR --split test`.
enum EvaluateCommand {
  static let row = Command(
    words: ["evaluate"],
    summary: "Measures how often models are right on a data set.",
    operands: [Operand(placeholder: "MODEL[,MODEL…]", kind: .list)],
    options: EvaluateOptions.all,
    details: [
      "Several models are an ensemble: their probabilities are averaged, with equal weights unless --weights are given; each is also "
        + "judged by itself, and two are compared by McNemar's test.",
      "The label set ferplus takes the majority of FER+'s votes as truth; images without a clear majority are left out. "
        + "A data set of eight classes without votes (CK+ with contempt) is judged by its own labels. A head that knows "
        + "more classes than the labels is asked for these alone.",
      "With --folds a MODEL that is the folder of a run (saved/checkpoints/NAME) gives the weights of each fold, as "
        + "mien train --fold leaves them.",
      "Image files of any size are taken by their middle square, scaled to 48x48. What models answered is kept in "
        + "$XDG_CACHE_HOME/mien (by default ~/.cache/mien), by a digest of weights and images; it may be deleted.",
    ],
    examples: [
      ("mien evaluate default --data saved/data/fer2013 --split val", "judges the shipped models"),
      (
        "mien evaluate a,b,c --data saved/data/fer2013 --search subsets",
        "chooses members of an ensemble on the validation split"
      ),
      (
        "mien evaluate saved/checkpoints/ck_finetune --data saved/data/ck --folds subjects:10",
        "each subject by weights that never saw them"
      ),
    ],
    run: { try EvaluateRun(EvaluateRequest($0)).run() })
}
