using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>
/// Every pod of ours: the restricted Pod Security Standard, a read-only root, limits, probes, no token.
/// </summary>
internal static class PodCheck
{
    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        foreach (var pod in set.Workloads)
        {
            foreach (var problem in OfPod(pod)) yield return $"{pod.Owner}: {problem}";
            foreach (var container in pod.Containers)
            {
                foreach (var problem in OfContainer(pod, container))
                    yield return $"{pod.Owner}: container {Tree.Text(container, "name")}: {problem}";
            }
        }

        foreach (var job in set.Of("CronJob"))
        {
            foreach (var problem in OfCronJob(job)) yield return $"{job}: {problem}";
        }

        if (Tree.Text(set.Find("Namespace", DeployFolder.Namespace)?.Node,
            "metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted")
            yield return $"Namespace {DeployFolder.Namespace}: does not enforce the restricted Pod Security Standard";
    }

    private static IEnumerable<string> OfPod(Workload pod)
    {
        if (Tree.Text(pod.PodSpec, "automountServiceAccountToken") != "false")
            yield return "mounts a service account token";
        if (Tree.Text(pod.PodSpec, "serviceAccountName") is null) yield return "has no ServiceAccount of its own";
        if (Tree.Text(pod.PodSpec, "securityContext", "runAsNonRoot") != "true") yield return "may run as root";
        if (Tree.Text(pod.PodSpec, "securityContext", "runAsUser") is null)
            yield return "does not say which user it runs as";
        if (Tree.Text(pod.PodSpec, "securityContext", "seccompProfile", "type") != "RuntimeDefault")
            yield return "has no seccomp profile";
    }

    private static IEnumerable<string> OfContainer(Workload pod, JsonObject container)
    {
        if (Tree.Text(container, "securityContext", "allowPrivilegeEscalation") != "false")
            yield return "may gain privileges";
        if (Tree.Text(container, "securityContext", "readOnlyRootFilesystem") != "true")
            yield return "may write to its root file system";
        if (!Tree.Texts(container, "securityContext", "capabilities", "drop").Contains("ALL"))
            yield return "keeps capabilities";
        if (Tree.Text(container, "resources", "requests", "cpu") is null
            || Tree.Text(container, "resources", "requests", "memory") is null)
            yield return "requests no processor or memory";
        if (Tree.Text(container, "resources", "limits", "memory") is null) yield return "has no memory limit";
        if (pod.Owner!.Kind is not ("Deployment" or "StatefulSet")) yield break;
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            if (container[probe] is null) yield return $"has no {probe}";
        }
    }

    // backoffLimit's default of 6 would send a round seven times; harmless with deterministic ids only
    private static IEnumerable<string> OfCronJob(Manifest job)
    {
        if (Tree.Text(job.Spec, "concurrencyPolicy") != "Forbid")
            yield return "two rounds may run at once: concurrencyPolicy Forbid";
        foreach (var member in new[] { "startingDeadlineSeconds", "timeZone" })
        {
            if (Tree.At(job.Spec, member) is null) yield return $"has no {member}";
        }

        foreach (var member in new[] { "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished" })
        {
            if (Tree.At(job.Spec, "jobTemplate", "spec", member) is null) yield return $"has no {member}";
        }

        var schedule = Tree.Text(job.Spec, "schedule") ?? "";
        var minutes = schedule switch { "* * * * *" => 1, "*/5 * * * *" => 5, "*/15 * * * *" => 15, _ => 0 };
        if (IsGenerator(job))
        {
            if (minutes == 0) yield return $"schedule {schedule} is none of a timeframe";
            if (!Tree.Texts(job.Spec, "jobTemplate", "spec", "template", "spec", "containers", "0", "args")
                .Contains($"{minutes}m"))
                yield return "its schedule is not that of its timeframe";
        }
        else if (schedule.EndsWith(" * * *", StringComparison.Ordinal))
        {
            minutes = 24 * 60; // 17 3 * * *: once a day
        }

        if (int.TryParse(Tree.Text(job.Spec, "jobTemplate", "spec", "activeDeadlineSeconds"), out var seconds)
            && seconds >= minutes * 60)
            yield return "may run longer than its period";
    }

    private static bool IsGenerator(Manifest job) => Tree.Text(
        job.Spec, "jobTemplate", "spec", "template", "metadata", "labels", "app") == "signal-generator";
}
