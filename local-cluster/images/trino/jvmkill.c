/* A JVM agent that kills the process when the JVM runs out of memory or threads, so that its container restarts. */
#include <jvmti.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void JNICALL on_resource_exhausted(jvmtiEnv *jvmti, JNIEnv *jni, jint flags, const void *reserved, const char *description) {
    (void)jvmti, (void)jni, (void)flags, (void)reserved;
    fprintf(stderr, "ResourceExhausted: %s: killing current process!\n", description);
    kill(getpid(), SIGKILL);
}

JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *options, void *reserved) {
    (void)options, (void)reserved;
    jvmtiEnv *jvmti;
    if ((*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1) != JNI_OK) return JNI_ERR;
    jvmtiEventCallbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.ResourceExhausted = on_resource_exhausted;
    if ((*jvmti)->SetEventCallbacks(jvmti, &callbacks, sizeof callbacks) != JVMTI_ERROR_NONE) return JNI_ERR;
    return (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_RESOURCE_EXHAUSTED, NULL) == JVMTI_ERROR_NONE ? JNI_OK : JNI_ERR;
}
