using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Pipeline;

/// <summary>
/// Where the parts of the product lie: beside this command's own build output (<c>artifacts/bin/PROJECT/release</c>),
/// as the build left them.
/// </summary>
internal static class Installation
{
    /// <summary>Folder of the solution; where the command was copied elsewhere, the current folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>This command's own executable.</summary>
    public static string Self => Environment.ProcessPath!;

    /// <summary>A project's executable.</summary>
    /// <exception cref="ExpectedFailure">It was not built.</exception>
    public static string Executable(string project)
    {
        var name = OperatingSystem.IsWindows() ? project + ".exe" : project;
        var here = new DirectoryInfo(AppContext.BaseDirectory); // …/artifacts/bin/FuturesEos.Cli/release
        var path = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, name);
        return File.Exists(path)
            ? path
            : throw ExpectedFailure.Unreachable(
                $"{path} is missing; build it with 'dotnet build -c Release', or start through ./eos");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FuturesEos.sln"))) return folder.FullName;
        }

        return Directory.GetCurrentDirectory();
    }
}
