public import Foundation

/// Where the files that a program reads at run time lie: the knowledge base, the demo.
public enum ResourceDirectory {
  /// Finds the folder: `CHATAI_RESOURCES` if it is set; else `share/chatai` of the prefix that the program is
  /// installed in; else the `Resources` of the nearest folder above the program that has a `Resources/knowledge`,
  /// which is the checkout it was built in.
  ///
  /// - Throws: `PathError` that says where it looked.
  public static func locate() throws -> URL {
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath()
    return try locate(environment: ProcessInfo.processInfo.environment, executable: executable)
  }

  static func locate(environment: [String: String], executable: URL?) throws -> URL {
    if let path = environment["CHATAI_RESOURCES"], !path.isEmpty {
      let url = URL(filePath: path, directoryHint: .isDirectory)
      guard isResources(url) else {
        throw PathError(path: path, reason: "CHATAI_RESOURCES names it, but it has no folder knowledge")
      }
      return url
    }
    if let executable {
      var folder = executable.deletingLastPathComponent()
      let installed = folder.deletingLastPathComponent().appending(path: "share/chatai", directoryHint: .isDirectory)
      if isResources(installed) { return installed }
      while folder.pathComponents.count > 1 {
        let resources = folder.appending(path: "Resources", directoryHint: .isDirectory)
        if isResources(resources) { return resources }
        folder.deleteLastPathComponent()
      }
    }
    throw PathError(
      path: "Resources",
      reason:
        "not found beside the program (../share/chatai) nor above it; set CHATAI_RESOURCES to the folder that holds knowledge"
    )
  }

  private static func isResources(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    let path = url.appending(path: "knowledge").path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
