using System.CommandLine;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos deploy render|check|kind</c>: the manifests of <c>deploy/</c>, written, judged, and run on Kind.
/// </summary>
internal static class DeployCommand
{
    private static readonly Option<string> Overlay = new("--overlay")
    {
        Description =
            "kind, kind-relay (the relay in place of Connect and Debezium), or kind-monitored (needs "
                + "the Prometheus operator)",
        DefaultValueFactory = _ => DeployFolder.Overlays[0],
    };

    private static readonly Option<string?> Output = new("--output")
    {
        Description = "folder to write to (default .eos/deploy/OVERLAY); - writes everything to standard output",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Refresh = new("--refresh")
    {
        Description =
            "write the files of deploy/ that follow from the topics' declaration and the connector's configuration",
    };

    private static readonly Option<string> Cdc = new("--cdc")
    {
        Description = "who carries the outbox to Kafka: debezium, or relay", DefaultValueFactory = _ => "debezium",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "print the commands, run none" };
    private static readonly Option<bool> Delete = new("--delete")
    { Description = "delete the cluster and its registry" };

    public static Command Create()
    {
        Cdc.AcceptOnlyFromAmong("debezium", "relay");
        var render = new Command(
            "render", "write all manifests, in the order in which they are applied; needs no other program")
        { Overlay, Output, Refresh };
        render.SetAction(Render);
        var check = new Command("check", "judge the manifests without a cluster; exit 1 when something would go wrong");
        check.PrintsJson().SetAction(Check);
        var kind = new Command(
            "kind", "a Kind cluster with everything in it: create, build, apply, wait, replay the sample, verify")
        { Cdc, DryRun, Delete };
        kind.SetAction(KindAsync);
        return new Command("deploy", "Kubernetes: write the manifests, check them, run them on Kind")
        { render, check, kind };
    }

    private static int Render(ParseResult parsed)
    {
        if (parsed.GetValue(Refresh)) RefreshFiles();
        var overlay = parsed.GetValue(Overlay)!;
        if (!DeployFolder.Overlays.Contains(overlay))
            throw ExpectedFailure.Usage($"--overlay {overlay}: there is {string.Join(", ", DeployFolder.Overlays)}");
        var target = parsed.GetValue(Output) ?? RenderedFolder(overlay);
        if (target == "-")
            Console.Out.Write(string.Concat(Phases.Files(DeployFolder.Own.Overlay(overlay)).Select(file => file.Text)));
        else Write(overlay, target);
        return ExitCode.Ok;
    }

    private static int Check(ParseResult parsed)
    {
        var documents = DeployFolder.Own.Everything().All.Count;
        var withRelay = DeployFolder.Own.Everything(DeployFolder.WithRelay).All.Count;
        var problems = DeployCheck.Find(DeployFolder.Own);
        if (parsed.WantsJson())
        {
            Json.Print(new { Documents = documents, Problems = problems });
        }
        else
        {
            if (problems.Count > 0)
            {
                var table = Screen.Table("CHECK", "PROBLEM");
                foreach (var problem in problems) table.Row(problem.Check, problem.Text);
                Screen.Write(table);
            }

            Talk.Line(problems.Count == 0
                ? $"{documents} documents ({withRelay} with the relay), {DeployCheck.Names.Count} checks"
                    + $" ({string.Join(", ", DeployCheck.Names)}): nothing found"
                : $"{documents} documents: {problems.Count} problems");
        }

        return problems.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static async Task<int> KindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var overlay = parsed.GetValue(Cdc) == "relay" ? DeployFolder.WithRelay : DeployFolder.WithDebezium;
        var rendered = RenderedFolder(overlay);
        var plan = parsed.GetValue(Delete) ? KindPlan.Delete() : KindPlan.Create(DeployFolder.Own, rendered, overlay);
        if (parsed.GetValue(DryRun))
        {
            foreach (var step in plan) Console.Out.WriteLine(step);
            return ExitCode.Ok;
        }

        await PlanRunner.NeedAsync(parsed.GetValue(Delete) ? ["docker", "kind"] : KindPlan.Programs, cancellationToken);
        if (!parsed.GetValue(Delete)) Write(overlay, rendered);
        await new PlanRunner(TimeProvider.System).RunAsync(plan, cancellationToken);
        return ExitCode.Ok;
    }

    private static string RenderedFolder(string overlay) => Path.Combine(Installation.Root, ".eos", "deploy", overlay);

    private static void Write(string overlay, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var old in Directory.GetFiles(target, "*.yaml")) File.Delete(old);
        var documents = DeployFolder.Own.Overlay(overlay);
        foreach (var (name, text) in Phases.Files(documents)) File.WriteAllText(Path.Combine(target, name), text);
        Talk.Line(
            $"{documents.Count} documents in {target}; apply its files in their order, each when "
                + "the one before is ready");
    }

    private static void RefreshFiles()
    {
        foreach (var (path, text) in GeneratedFiles.All(DeployFolder.Own))
            File.WriteAllText(DeployFolder.Own.At(path), text);
    }
}
