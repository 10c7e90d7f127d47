namespace Sametime.Tests.Mutate;

/// <summary>Why nothing can be judged, in words for whoever started it.</summary>
internal sealed class MutateException(string message) : Exception(message);
