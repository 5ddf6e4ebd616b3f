using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>Runs a service's executable in the place of this process.</summary>
internal static partial class ServiceProgram
{
    private const string DataOption = "--data";

    /// <summary>The project that makes a service.</summary>
    public static string ProjectOf(string service) => service switch
    {
        "processor" => "FuturesEos.SignalProcessor",
        "processor-streamiz" => "FuturesEos.SignalProcessor.Streamiz",
        "orders" => "FuturesEos.OrderManager",
        "relay" => "FuturesEos.OutboxRelay",
        "generator" => "FuturesEos.SignalGenerator",
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "no such service"),
    };

    /// <summary>
    /// Replaces this process by a service, so that its process id is the service's and signals reach it directly. Where
    /// the line and the environment name no broker or database, those of the running pipeline are handed over in the
    /// environment.
    /// </summary>
    /// <returns>The service's exit code, where a process cannot be replaced (Windows).</returns>
    public static int Become(string project, string[] arguments, bool findPipeline = true)
    {
        var (own, data) = TakeDataOption(arguments);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        if (findPipeline && !own.Contains("--help") && !own.Contains("-h")) AddConnections(own, data, environment);
        var executable = Installation.Executable(project);
        return OperatingSystem.IsWindows()
            ? RunAsChild(executable, own, environment) : Replace(executable, own, environment);
    }

    private static void AddConnections(List<string> arguments, string? data, Dictionary<string, string> environment)
    {
        var context = PipelineContext.From(null, null, data);
        var needsKafka = arguments is not ["migrate", ..];
        if (needsKafka && !IsGiven(arguments, "--bootstrap-servers"))
            environment["ConnectionStrings__kafka"] = context.Kafka.BootstrapServers;
        if (!IsGiven(arguments, "--postgres") && (context.HasPostgres || !needsKafka))
            environment["ConnectionStrings__futures"] = context.Postgres;
    }

    private static bool IsGiven(List<string> arguments, string option) =>
        arguments.Any(a => a == option || a.StartsWith(option + "=", StringComparison.Ordinal));

    // --data is ours: the folder in which the running pipeline is looked for
    private static (List<string> Own, string? Data) TakeDataOption(string[] arguments)
    {
        var own = new List<string>();
        string? data = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].StartsWith(DataOption + "=", StringComparison.Ordinal))
                data = arguments[i][(DataOption.Length + 1)..];
            else if (arguments[i] != DataOption) own.Add(arguments[i]);
            else data =
                ++i < arguments.Length ? arguments[i] : throw ExpectedFailure.Usage($"{DataOption} needs a value");
        }

        return (own, data);
    }

    private static int Replace(string executable, List<string> arguments, Dictionary<string, string> environment)
    {
        string?[] argv = [executable, .. arguments, null];
        string?[] envp = [.. environment.Select(variable => $"{variable.Key}={variable.Value}"), null];
        Execve(executable, argv, envp); // comes back only when it failed
        throw ExpectedFailure.Unreachable($"{executable} cannot be run: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static int RunAsChild(string executable, List<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(executable, arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            // Ctrl-C reaches every process of the console; this one only waits for the other's end
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw ExpectedFailure.Unreachable($"{executable} cannot be run: {e.Message}", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execve(string path, string?[] argv, string?[] envp);
}
