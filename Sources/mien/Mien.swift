@main
struct Mien {
  static func main() {
  }
}
