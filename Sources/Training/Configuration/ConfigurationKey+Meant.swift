extension ConfigurationKey {
  /// The key called `name`.
  static func named(_ name: String) -> ConfigurationKey? { table.first { $0.name == name } }

  /// The key that somebody means who writes `word`: another program's word for it, or the one with the fewest edits, where
  /// they are few. Nil where that cannot be told.
  static func meant(by word: String) -> String? {
    let word = plain(word)
    return otherWords.first { $0.words.contains(word) }?.key ?? nearest(to: word)
  }

  /// Words of other programs, without capitals and underscores.
  static let otherWords: [(key: String, words: Set<String>)] = [
    ("lr", ["learningrate", "learnrate", "rate", "baselr", "initiallr", "initlr", "maxlr", "eta", "alpha"]),
    (
      "max_epoch_num",
      ["epoch", "epochs", "nepochs", "nepoch", "numepochs", "numepoch", "maxepoch", "maxepochs", "trainepochs"]
    ),
    ("batch_size", ["batch", "batches", "bs", "trainbatchsize", "batchnum", "imagesperbatch"]),
    ("arch", ["model", "architecture", "network", "net", "backbone", "modelarch", "modeltype"]),
    ("model_name", ["name", "run", "runname", "experiment", "experimentname", "expname", "project"]),
    (
      "data_path",
      ["data", "dataset", "datadir", "datafolder", "dataroot", "datasetpath", "root", "path", "traindir", "trainpath"]
    ),
    (
      "checkpoint_dir",
      ["output", "out", "outdir", "outputdir", "savedir", "savepath", "checkpoint", "checkpoints", "ckptdir"]
    ),
    ("log_dir", ["log", "logs", "logpath", "logdirectory", "tensorboard", "tensorboarddir"]),
    (
      "pretrained",
      ["weights", "weightsfile", "pretrainedpath", "pretrainedweights", "initfrom", "init", "finetune", "loadfrom"]
    ),
    ("freeze", ["frozen", "frozenlayers", "freezelayers"]),
    ("image_size", ["size", "imgsize", "imsize", "imgsz", "inputsize", "resolution", "crop", "cropsize", "resize"]),
    ("in_channels", ["inchannel", "inputchannels", "nchannels", "numchannels"]),
    ("num_classes", ["classes", "nclasses", "nclass", "numclass", "numlabels", "nc"]),
    ("weight_decay", ["wd", "l2", "l2reg", "regularization"]),
    ("optimizer", ["optim", "optimiser", "opt", "solver"]),
    ("schedule", ["scheduler", "lrschedule", "lrscheduler", "lrpolicy", "sched"]),
    ("steplr", ["stepsize", "lrstep", "lrsteps", "decayepochs", "milestones"]),
    ("warmup", ["warmupepochs", "warmupratio", "pctstart"]),
    ("clip_norm", ["clip", "gradclip", "clipgrad", "gradientclip", "maxgradnorm", "gradnorm", "gradientclipval"]),
    ("ema", ["emadecay", "averaging", "swa"]),
    ("max_plateau_count", ["patience", "earlystop", "earlystopping", "earlystoppingpatience"]),
    ("weighted_loss", ["classweights", "classweight", "balanced", "balance"]),
    ("label_smoothing", ["smoothing", "labelsmooth"]),
    ("mixup", ["mixupalpha"]),
    ("dropout", ["drop", "droprate", "dropoutrate", "pdrop"]),
    ("rotate", ["rotation", "rotationrange", "degrees", "angle"]),
    ("shift", ["translate", "translation", "widthshiftrange", "heightshiftrange"]),
    ("scale", ["zoom", "zoomrange"]),
    ("flip", ["hflip", "horizontalflip", "fliplr", "mirror", "randomflip"]),
    ("erase", ["erasing", "randomerasing", "cutout"]),
    ("seed", ["randomseed", "randomstate", "manualseed"]),
    ("threads", ["workers", "cpus", "jobs", "njobs", "nthreads", "numthreads"]),
    ("device", ["gpu", "gpus", "cuda", "accelerator"]),
  ]

  private static func nearest(to word: String) -> String? {
    let limit = max(1, word.count / 4)
    let scored = table.map { (key: $0.name, edits: edits(plain($0.name), word)) }.filter { $0.edits <= limit }
    return scored.min { $0.edits < $1.edits }?.key
  }

  /// `learningRate` and `learning-rate` are one word.
  private static func plain(_ word: String) -> String {
    word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  /// Levenshtein's distance.
  private static func edits(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let changed = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
